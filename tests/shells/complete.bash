# Prints what bash would offer: complete.bash SCRIPT WORD... The last word is the one being typed.
source "$1"
shift
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
_flux2
printf '%s\n' "${COMPREPLY[@]}"
