# The same for zsh, which looks for this file in ZDOTDIR.
ZDOTDIR="$HOME"
[ -f ~/.zshenv ] && . ~/.zshenv
[ -f ~/.zshrc ] && . ~/.zshrc
PATH="$COURSE_SCRIPTS:$PATH"
