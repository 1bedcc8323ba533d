"""A plain list hides the projector from `parameters()`.

loses: projector_registered
says: kept in a plain list
"""

from torch import nn


class HintLoss(nn.Module):
    def __init__(self, student_channels, teacher_channels):
        super().__init__()
        self.layers = [nn.Linear(student_channels, teacher_channels)]

    @property
    def projector(self):
        return self.layers[0]

    def forward(self, student_features, teacher_features):
        return (self.projector(student_features) - teacher_features.detach()).square().mean()
