#compdef plumbline
# zsh completion of plumbline, which is asked itself what may stand at the cursor.
_plumbline() {
  local -a answer
  local line
  answer=("${(@f)$(${words[1]} completion words -- "${(@)words[2,CURRENT]}" 2>/dev/null)}")
  case $answer[1] in
  files)
    compset -P '*='
    _files
    ;;
  directories)
    compset -P '*='
    _files -/
    ;;
  *)
    for line in "${(@)answer[2,-1]}"; do
      compadd -- "${line%%$'\t'*}"
    done
    ;;
  esac
}
# From a directory of $fpath this file is the function itself; otherwise it is sourced.
if [[ $funcstack[1] == _plumbline ]]; then
  _plumbline "$@"
else
  compdef _plumbline plumbline
fi
