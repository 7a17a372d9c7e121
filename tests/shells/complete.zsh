# Prints what zsh would offer: complete.zsh DIRECTORY SCRATCH DUMP LINE. Types the line and a tab into a shell of its own,
# in which compadd tells what it is given. DUMP is where zsh keeps what it finds in its path, half a second of work.
zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell "PS1= PROMPT_EOL_MARK=; stty -echo kill undef; fpath=($1 \$fpath); autoload -Uz compinit; compinit -u -d $3"
zpty -w shell 'compadd() {
  if [[ ${@[1,(i)(-|--)]} == *-(O|A|D)\ * ]]; then builtin compadd "$@"; return; fi
  typeset -a given; builtin compadd -A given "$@"; print -rl -- ${given/#/OFFER:} >> '$2/offers'
  builtin compadd "$@"
}'
zpty -w shell 'bindkey "^I" complete-word; print READY-$((1 + 1))'
zpty -r shell out '*READY-2*'
: > $2/offers
# ^U takes the line back once the tab was answered; `kill undef` keeps the terminal from doing so before zsh reads keys.
zpty -w -n shell "$4"$'\t\x15print DONE-$((2 + 2))\n'
zpty -r shell out '*DONE-4*'
zpty -d shell
sed -n 's/^OFFER://p' $2/offers
