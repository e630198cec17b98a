# fish completion of plumbline, which is asked itself what may stand at the cursor.
function __plumbline_complete
    set -l before (commandline -opc)
    set -l word (commandline -ct)
    set -l answer ($before[1] completion words -- $before[2..-1] "$word" 2>/dev/null)
    set -l prefix (string match -r '^.*=' -- "$word"; or echo)
    set -l name (string replace -r '^.*=' '' -- "$word")
    switch "$answer[1]"
        case files
            printf '%s\n' $prefix(__fish_complete_path "$name")
        case directories
            printf '%s\n' $prefix(__fish_complete_directories "$name" '')
        case '*'
            printf '%s\n' $answer[2..-1]
    end
end
complete -c plumbline -f -a '(__plumbline_complete)'
