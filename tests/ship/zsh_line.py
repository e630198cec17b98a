"""What an interactive zsh makes of each LINE and the Tab key, with the completion SCRIPT. Usage: zsh_line.py SCRIPT <LINES"""
import os
import pty
import select
import sys
import tempfile
import time

script = sys.argv[1]
with tempfile.TemporaryDirectory() as home:
    result = os.path.join(home, "result")
    with open(os.path.join(home, ".zshrc"), "w", encoding="utf-8") as file:
        file.write(f"""
autoload -Uz compinit && compinit -u -d {home}/dump
source {script}
show() {{ print -rn -- "$BUFFER" >{result}.new && mv {result}.new {result}; BUFFER= }}
zle -N show && bindkey '^X' show
zle-line-init() {{ : >{home}/ready }}
zle -N zle-line-init
""")
    pid, terminal = pty.fork()
    if pid == 0:
        os.execvpe("zsh", ["zsh", "-d", "-i"], {**os.environ, "ZDOTDIR": home, "HOME": home, "TERM": "dumb"})

    def wait_for(path):
        until = time.monotonic() + 60
        while not os.path.exists(path) and time.monotonic() < until:
            if select.select([terminal], [], [], 0.05)[0]:
                try:
                    os.read(terminal, 65536)
                except OSError:
                    return

    wait_for(os.path.join(home, "ready"))
    for line in sys.stdin.read().splitlines():
        os.write(terminal, line.encode() + b"\t\x18")
        wait_for(result)
        print(open(result, encoding="utf-8").read() if os.path.exists(result) else "nothing")
        os.unlink(result)
    os.close(terminal)
    os.waitpid(pid, 0)
