# bash completion of plumbline, which is asked itself what may stand at the cursor.
_plumbline() {
  local IFS=$'\n' word=${COMP_WORDS[COMP_CWORD]} answer=() line
  answer=($("${COMP_WORDS[0]}" completion words -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
  COMPREPLY=()
  case $word in
  *=*) word=${word##*=} ;; # "=" is a word of its own here, so that a name begins after it
  esac
  case ${answer[0]} in
  files)
    compopt -o filenames 2>/dev/null
    COMPREPLY=($(compgen -f -- "$word"))
    ;;
  directories)
    compopt -o filenames 2>/dev/null
    COMPREPLY=($(compgen -d -- "$word"))
    ;;
  *)
    for line in "${answer[@]:1}"; do
      line=${line%%$'\t'*}
      [[ $line == --*=* ]] && line=${line#*=}
      COMPREPLY+=("$line")
    done
    ;;
  esac
}
complete -F _plumbline plumbline
