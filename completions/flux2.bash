# bash completion for flux2, made by `python -m flux2cli.docsgen`. Nothing here starts a program.
#   source <(flux2 completion bash)

__flux2_at() {
  case "$1" in
    "")
      children="dev flash turbo flex pro max klein outpaint batch pick jobs models cost keys config completion doctor sandbox help"
      flags="--version -h --help"
      takes="" ;;
    "dev")
      children=""
      flags="-i --image -s --size --seed --num --format --steps --guidance --acceleration --expand-prompt --no-expand-prompt --lora --safety-checker --no-safety-checker --inline-result --no-inline-result --webhook-url --seeds -c --concurrency -o --output --overwrite --strict -p --provider --sandbox --dry-run --wait --no-wait --timeout --resubmit-unknown --max-cost --allow-unpriced --label --param --json -q --quiet -v --verbose --no-color --prompt-file -h --help"
      takes="-i --image -s --size --seed --num --format --steps --guidance --acceleration --lora --webhook-url --seeds -c --concurrency -o --output -p --provider --timeout --max-cost --label --param --prompt-file" ;;
    "flash")
      children=""
      flags="-i --image -s --size --seed --num --format --guidance --expand-prompt --no-expand-prompt --safety-checker --no-safety-checker --inline-result --no-inline-result --webhook-url --seeds -c --concurrency -o --output --overwrite --strict -p --provider --sandbox --dry-run --wait --no-wait --timeout --resubmit-unknown --max-cost --allow-unpriced --label --param --json -q --quiet -v --verbose --no-color --prompt-file -h --help"
      takes="-i --image -s --size --seed --num --format --guidance --webhook-url --seeds -c --concurrency -o --output -p --provider --timeout --max-cost --label --param --prompt-file" ;;
    "turbo")
      children=""
      flags="-i --image -s --size --seed --num --format --guidance --expand-prompt --no-expand-prompt --safety-checker --no-safety-checker --inline-result --no-inline-result --webhook-url --seeds -c --concurrency -o --output --overwrite --strict -p --provider --sandbox --dry-run --wait --no-wait --timeout --resubmit-unknown --max-cost --allow-unpriced --label --param --json -q --quiet -v --verbose --no-color --prompt-file -h --help"
      takes="-i --image -s --size --seed --num --format --guidance --webhook-url --seeds -c --concurrency -o --output -p --provider --timeout --max-cost --label --param --prompt-file" ;;
    "flex")
      children=""
      flags="-i --image -s --size --seed --format --steps --guidance --expand-prompt --no-expand-prompt --safety-tolerance --safety-checker --no-safety-checker --inline-result --no-inline-result --webhook-url --webhook-secret-file --seeds -c --concurrency -o --output --overwrite --strict -p --provider --sandbox --dry-run --wait --no-wait --timeout --resubmit-unknown --max-cost --allow-unpriced --label --param --json -q --quiet -v --verbose --no-color --prompt-file -h --help"
      takes="-i --image -s --size --seed --format --steps --guidance --safety-tolerance --webhook-url --webhook-secret-file --seeds -c --concurrency -o --output -p --provider --timeout --max-cost --label --param --prompt-file" ;;
    "pro")
      children=""
      flags="--preview-model -i --image -s --size --seed --format --transparent --no-transparent --expand-prompt --no-expand-prompt --safety-tolerance --safety-checker --no-safety-checker --inline-result --no-inline-result --webhook-url --webhook-secret-file --seeds -c --concurrency -o --output --overwrite --strict -p --provider --sandbox --dry-run --wait --no-wait --timeout --resubmit-unknown --max-cost --allow-unpriced --label --param --json -q --quiet -v --verbose --no-color --prompt-file -h --help"
      takes="-i --image -s --size --seed --format --safety-tolerance --webhook-url --webhook-secret-file --seeds -c --concurrency -o --output -p --provider --timeout --max-cost --label --param --prompt-file" ;;
    "max")
      children=""
      flags="-i --image -s --size --seed --format --transparent --no-transparent --expand-prompt --no-expand-prompt --safety-tolerance --safety-checker --no-safety-checker --inline-result --no-inline-result --webhook-url --webhook-secret-file --seeds -c --concurrency -o --output --overwrite --strict -p --provider --sandbox --dry-run --wait --no-wait --timeout --resubmit-unknown --max-cost --allow-unpriced --label --param --json -q --quiet -v --verbose --no-color --prompt-file -h --help"
      takes="-i --image -s --size --seed --format --safety-tolerance --webhook-url --webhook-secret-file --seeds -c --concurrency -o --output -p --provider --timeout --max-cost --label --param --prompt-file" ;;
    "klein")
      children=""
      flags="--negative-prompt --weights --base --preview-model -i --image -s --size --seed --num --format --steps --guidance --acceleration --lora --safety-tolerance --safety-checker --no-safety-checker --inline-result --no-inline-result --webhook-url --webhook-secret-file --seeds -c --concurrency -o --output --overwrite --strict -p --provider --sandbox --dry-run --wait --no-wait --timeout --resubmit-unknown --max-cost --allow-unpriced --label --param --json -q --quiet -v --verbose --no-color --prompt-file -h --help"
      takes="--negative-prompt --weights -i --image -s --size --seed --num --format --steps --guidance --acceleration --lora --safety-tolerance --webhook-url --webhook-secret-file --seeds -c --concurrency -o --output -p --provider --timeout --max-cost --label --param --prompt-file" ;;
    "outpaint")
      children=""
      flags="--format --left --right --top --bottom --auto-crop --no-auto-crop --mode --safety-tolerance --safety-checker --no-safety-checker --inline-result --no-inline-result --webhook-url -o --output --overwrite --strict -p --provider --sandbox --dry-run --wait --no-wait --timeout --resubmit-unknown --max-cost --allow-unpriced --label --param --json -q --quiet -v --verbose --no-color -h --help"
      takes="--format --left --right --top --bottom --mode --safety-tolerance --webhook-url -o --output -p --provider --timeout --max-cost --label --param" ;;
    "batch")
      children=""
      flags="-m --variant -c --concurrency --input-format --meta-columns --prompt-template --max-input --limit --max-failures --shard --check --update --only --candidates --reroll --remake --adopt --prune --manifest -y --yes --remake-missing --retry-failed --retry-moderated --summary --prompt --negative-prompt --weights --base --preview-model -i --image -s --size --seed --num --format --transparent --no-transparent --left --right --top --bottom --auto-crop --no-auto-crop --mode --steps --guidance --acceleration --expand-prompt --no-expand-prompt --lora --safety-tolerance --safety-checker --no-safety-checker --inline-result --no-inline-result --webhook-url --webhook-secret-file -o --output --overwrite --strict -p --provider --sandbox --dry-run --wait --no-wait --timeout --resubmit-unknown --max-cost --allow-unpriced --label --param --json -q --quiet -v --verbose --no-color -h --help"
      takes="-m --variant -c --concurrency --input-format --prompt-template --max-input --limit --max-failures --shard --only --candidates --manifest --prompt --negative-prompt --weights -i --image -s --size --seed --num --format --left --right --top --bottom --mode --steps --guidance --acceleration --lora --safety-tolerance --webhook-url --webhook-secret-file -o --output -p --provider --timeout --max-cost --label --param" ;;
    "pick")
      children=""
      flags="--json -h --help"
      takes="" ;;
    "jobs")
      children="list show wait fetch cancel resolve forget"
      flags="-h --help"
      takes="" ;;
    "jobs list")
      children=""
      flags="--state --provider --label --since --limit --sandbox --json -h --help"
      takes="--state --provider --label --since --limit" ;;
    "jobs show")
      children=""
      flags="--sandbox --json -h --help"
      takes="" ;;
    "jobs wait")
      children=""
      flags="--timeout -o --output --sandbox --json -q --quiet -v --verbose -h --help"
      takes="--timeout -o --output" ;;
    "jobs fetch")
      children=""
      flags="--timeout -o --output --sandbox --json -q --quiet -v --verbose -h --help"
      takes="--timeout -o --output" ;;
    "jobs cancel")
      children=""
      flags="--sandbox --json -h --help"
      takes="" ;;
    "jobs resolve")
      children=""
      flags="--as --sandbox --json -h --help"
      takes="--as" ;;
    "jobs forget")
      children=""
      flags="--before -y --yes --sandbox --json -h --help"
      takes="--before" ;;
    "models")
      children=""
      flags="--json -h --help"
      takes="" ;;
    "cost")
      children=""
      flags="--by --since --sandbox --json -h --help"
      takes="--by --since" ;;
    "keys")
      children="set list remove"
      flags="-h --help"
      takes="" ;;
    "keys set")
      children=""
      flags="-h --help"
      takes="" ;;
    "keys list")
      children=""
      flags="--json -h --help"
      takes="" ;;
    "keys remove")
      children=""
      flags="-h --help"
      takes="" ;;
    "config")
      children="show get set unset path"
      flags="-h --help"
      takes="" ;;
    "config show")
      children=""
      flags="--json -h --help"
      takes="" ;;
    "config get")
      children=""
      flags="--json -h --help"
      takes="" ;;
    "config set")
      children=""
      flags="-h --help"
      takes="" ;;
    "config unset")
      children=""
      flags="-h --help"
      takes="" ;;
    "config path")
      children=""
      flags="--json -h --help"
      takes="" ;;
    "completion")
      children=""
      flags="-h --help"
      takes="" ;;
    "doctor")
      children=""
      flags="--offline --prices --report --json -h --help"
      takes="" ;;
    "sandbox")
      children="reset"
      flags="--port --fault --latency --balance --log -h --help"
      takes="--port --fault --latency --balance" ;;
    "sandbox reset")
      children=""
      flags="--json -h --help"
      takes="" ;;
    "help")
      children=""
      flags="-h --help"
      takes="" ;;
  esac
}

__flux2_value() {
  case "$1 $2" in
    "dev -i" | "dev --image") kind=files ;;
    "dev -s" | "dev --size") kind=words words="square_hd square portrait_4_3 portrait_16_9 landscape_4_3 landscape_16_9" ;;
    "dev --format") kind=words words="jpeg png webp" ;;
    "dev --acceleration") kind=words words="none regular high" ;;
    "dev --lora") kind=words words="True" ;;
    "dev -o" | "dev --output") kind=files ;;
    "dev -p" | "dev --provider") kind=words words="fal" ;;
    "dev --prompt-file") kind=files ;;
    "flash -i" | "flash --image") kind=files ;;
    "flash -s" | "flash --size") kind=words words="square_hd square portrait_4_3 portrait_16_9 landscape_4_3 landscape_16_9" ;;
    "flash --format") kind=words words="jpeg png webp" ;;
    "flash -o" | "flash --output") kind=files ;;
    "flash -p" | "flash --provider") kind=words words="fal" ;;
    "flash --prompt-file") kind=files ;;
    "turbo -i" | "turbo --image") kind=files ;;
    "turbo -s" | "turbo --size") kind=words words="square_hd square portrait_4_3 portrait_16_9 landscape_4_3 landscape_16_9" ;;
    "turbo --format") kind=words words="jpeg png webp" ;;
    "turbo -o" | "turbo --output") kind=files ;;
    "turbo -p" | "turbo --provider") kind=words words="fal" ;;
    "turbo --prompt-file") kind=files ;;
    "flex -i" | "flex --image") kind=files ;;
    "flex -s" | "flex --size") kind=words words="square_hd square portrait_4_3 portrait_16_9 landscape_4_3 landscape_16_9 auto" ;;
    "flex --format") kind=words words="jpeg png webp" ;;
    "flex --safety-tolerance") kind=words words="1 2 3 4 5" ;;
    "flex --webhook-secret-file") kind=files ;;
    "flex -o" | "flex --output") kind=files ;;
    "flex -p" | "flex --provider") kind=words words="fal bfl" ;;
    "flex --prompt-file") kind=files ;;
    "pro -i" | "pro --image") kind=files ;;
    "pro -s" | "pro --size") kind=words words="square_hd square portrait_4_3 portrait_16_9 landscape_4_3 landscape_16_9 auto" ;;
    "pro --format") kind=words words="jpeg png webp" ;;
    "pro --safety-tolerance") kind=words words="1 2 3 4 5 6" ;;
    "pro --webhook-secret-file") kind=files ;;
    "pro -o" | "pro --output") kind=files ;;
    "pro -p" | "pro --provider") kind=words words="fal vtrix bfl" ;;
    "pro --prompt-file") kind=files ;;
    "max -i" | "max --image") kind=files ;;
    "max -s" | "max --size") kind=words words="square_hd square portrait_4_3 portrait_16_9 landscape_4_3 landscape_16_9 auto" ;;
    "max --format") kind=words words="jpeg png webp" ;;
    "max --safety-tolerance") kind=words words="1 2 3 4 5" ;;
    "max --webhook-secret-file") kind=files ;;
    "max -o" | "max --output") kind=files ;;
    "max -p" | "max --provider") kind=words words="fal vtrix bfl" ;;
    "max --prompt-file") kind=files ;;
    "klein --weights") kind=words words="4b 9b" ;;
    "klein -i" | "klein --image") kind=files ;;
    "klein -s" | "klein --size") kind=words words="square_hd square portrait_4_3 portrait_16_9 landscape_4_3 landscape_16_9 auto" ;;
    "klein --format") kind=words words="jpeg png webp" ;;
    "klein --acceleration") kind=words words="none regular high" ;;
    "klein --lora") kind=words words="True" ;;
    "klein --webhook-secret-file") kind=files ;;
    "klein -o" | "klein --output") kind=files ;;
    "klein -p" | "klein --provider") kind=words words="fal bfl" ;;
    "klein --prompt-file") kind=files ;;
    "outpaint --format") kind=words words="jpeg png webp" ;;
    "outpaint --mode") kind=words words="high fast" ;;
    "outpaint -o" | "outpaint --output") kind=files ;;
    "outpaint -p" | "outpaint --provider") kind=words words="fal bfl" ;;
    "batch -m" | "batch --variant") kind=words words="dev flash turbo flex pro outpaint max klein" ;;
    "batch --input-format") kind=words words="txt csv tsv jsonl json" ;;
    "batch --manifest") kind=files ;;
    "batch --weights") kind=words words="4b 9b" ;;
    "batch -i" | "batch --image") kind=files ;;
    "batch -s" | "batch --size") kind=words words="square_hd square portrait_4_3 portrait_16_9 landscape_4_3 landscape_16_9 auto" ;;
    "batch --format") kind=words words="jpeg png webp" ;;
    "batch --mode") kind=words words="high fast" ;;
    "batch --acceleration") kind=words words="none regular high" ;;
    "batch --lora") kind=words words="True" ;;
    "batch --safety-tolerance") kind=words words="1 2 3 4 5 6" ;;
    "batch --webhook-secret-file") kind=files ;;
    "batch -o" | "batch --output") kind=files ;;
    "batch -p" | "batch --provider") kind=words words="fal bfl vtrix" ;;
    "jobs list --state") kind=words words="submitting not-sent rejected unknown submitted ready failed moderated cancelled expired saved" ;;
    "jobs list --provider") kind=words words="fal bfl vtrix" ;;
    "jobs wait -o" | "jobs wait --output") kind=files ;;
    "jobs fetch -o" | "jobs fetch --output") kind=files ;;
    "cost --by") kind=words words="day provider variant label" ;;
    "sandbox --fault") kind=words words="list lost-before lost-reply 401 402 402-body 403 403-balance 422 422-text 429 429-body 500 500-accepted 502 503 unknown-fields no-id foreign-poll insecure-poll not-json empty huge moderated moderated-request failed failed-text failed-message failed-integer failed-silently 422-late black slow status-500 unknown-status task-not-found stream-stall stream-cut stream-broken stream-buffered result-500 broken-download html-download missing-download expired-download download-500 upload-failed" ;;
  esac
}

__flux2_slot() {
  case "$1 $2" in
    "outpaint 0") kind=files ;;
    "batch "*) kind=files ;;
    "pick "*) kind=files ;;
    "models 0") kind=words words="dev flash turbo flex pro outpaint max klein" ;;
    "keys set 0") kind=words words="fal vtrix bfl" ;;
    "keys remove 0") kind=words words="fal vtrix bfl" ;;
    "config get 0") kind=words words="provider sandbox output timeout label budget.per_day budget.per_image fal.url vtrix.url bfl.url vtrix.body bfl.region cache.images plugins webhook_url" ;;
    "config set 0") kind=words words="provider sandbox output timeout label budget.per_day budget.per_image fal.url vtrix.url bfl.url vtrix.body bfl.region cache.images plugins webhook_url" ;;
    "config unset 0") kind=words words="provider sandbox output timeout label budget.per_day budget.per_image fal.url vtrix.url bfl.url vtrix.body bfl.region cache.images plugins webhook_url" ;;
    "completion 0") kind=words words="bash zsh fish" ;;
    "help "*) kind=words words="dev flash turbo flex pro max klein outpaint batch pick jobs models cost keys config completion doctor sandbox help exit-codes money" ;;
  esac
}

__flux2_files() {
  # readline completes file names itself where this bash can ask it to: quotes, spaces and ~ come out right
  compopt -o default 2> /dev/null && return
  local name
  while IFS= read -r name; do COMPREPLY+=("$name"); done < <(compgen -f -- "$1")
}

_flux2() {
  local children flags takes kind="" words="" path="" place=0 flag="" ended="" word i
  local cur=${COMP_WORDS[COMP_CWORD]}
  COMPREPLY=()
  __flux2_at ""
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    if [[ -n $flag ]]; then
      # `--flag=value` comes in three words
      [[ $word == "=" ]] || flag=""
    elif [[ -n $ended ]]; then
      place=$((place + 1))
    elif [[ $word == -- ]]; then
      ended=1
    elif [[ $word == -?* ]]; then
      [[ " $takes " == *" $word "* ]] && flag=$word
    elif [[ " $children " == *" $word "* ]]; then
      path=${path:+$path }$word
      __flux2_at "$path"
    else
      place=$((place + 1))
    fi
  done
  if [[ -n $flag ]]; then
    [[ $cur == "=" ]] && cur=""
    __flux2_value "$path" "$flag"
  elif [[ -z $ended && $cur == -* ]]; then
    kind=words words=$flags
  elif [[ -n $children ]]; then
    kind=words words=$children
  else
    __flux2_slot "$path" "$place"
  fi
  case $kind in
    words) COMPREPLY=($(compgen -W "$words" -- "$cur")) ;;
    files) __flux2_files "$cur" ;;
  esac
}

complete -F _flux2 flux2
