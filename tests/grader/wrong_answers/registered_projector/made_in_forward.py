"""The projector is created when it is first needed: the optimizer was made before.

loses: projector_registered
says: a layer made in forward
"""

from torch import nn


class HintLoss(nn.Module):
    def __init__(self, student_channels, teacher_channels):
        super().__init__()
        self.projector = None
        self.channels = (student_channels, teacher_channels)

    def forward(self, student_features, teacher_features):
        if self.projector is None:
            self.projector = nn.Linear(*self.channels)
        return (self.projector(student_features) - teacher_features.detach()).square().mean()
