# The guest's side of a shell of ours: POSIX sh, given once on stdin behind the definitions of N (a
# nonce) and ALONE (1: for one run only). Resource agents become functions (their work), and are run
# by what follows in the script or, once it is ready, by lines of stdin. What is told stands in lines
# that begin with the nonce, so that a login shell's noise is none of it:
#   N R                lines of stdin are read from now on: what came before might be lost
#   N B run pid        it began; pid is its first process
#   N E run code       that process has ended
#   N O run text       a line of its output
#   N D run            all of its output was told
#   N K run left       it was killed; so many of its processes would not die
# Lines of stdin:
#   define WORK LINES  a function of that name; so many lines follow: its body
#   run RUN WORK       WORK is run, and told of as RUN
#   kill RUN PID
#   forget WORK
#   clean NONCE        an earlier shell of ours is no more: what it left unfinished is killed
#   reap               nothing is under way: no dead process of ours stays in the table
#   bye
# The end of stdin without a bye, and SIGURG (of timeout(1): by default nobody minds it), mean that
# nobody listens any more: what has not ended is killed. What ended by itself is left alone, for the
# service that it started is to live on.

exec 4>&1 >/dev/null
unset SSH_CLIENT SSH_CONNECTION SSH_TTY SSH_AUTH_SOCK MAIL LANG LANGUAGE BASH_ENV ENV OLDPWD
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/ LC_ALL=C
export PATH HOME LC_ALL
cd /

tell() {
    printf '%s %s\n' "$N" "$*" >&4
}

# Of a run: it cannot be, and why.
refuse() {
    printf 'ocf-exit-reason:%s\n' "$2" >&2
    exit "$1"
}

# unit NAME OPERATION: what systemd says of a unit once nothing changes any more; 200 stands for
# "judge by what it says". Its exit codes do not tell.
unit() {
    command -v systemctl >/dev/null || refuse 5 "there is no systemd in this guest"
    case $2 in monitor) ;; *) systemctl "$2" -- "$1" >&2 ;; esac
    [ "$2" != start ] || sleep 0.2 # a program that is missing ends its unit a moment later
    while :; do
        state=$(systemctl show -p ActiveState -- "$1")
        case $state in
            *=activating | *=deactivating) sleep 0.2 ;;
            *) break ;;
        esac
    done
    systemctl show -p LoadState,ActiveState,SubState,Result,ExecMainStatus -- "$1" >&2
    exit 200
}

# A part of a shell that stands is none: it may live as long as the service that it listens to.
rename() {
    { printf cpe-run >/proc/self/comm; } 2>/dev/null
}

# The first process of a run, and its end; its output is our stdout.
work() {
    rename
    export CPE_OPERATION="$N.$1."
    "$2" </dev/null 2>&1 >/dev/null 4>&- &
    tell "B $1 $!"
    wait $!
    tell "E $1 $?"
}

# Every line of stdin.
tell_all() {
    while IFS= read -r line || [ -n "$line" ]; do
        tell "O $1 $line"
    done
}

# The first lines of stdin; of more only the end. Without a process for the usual: a few words.
tell_some() {
    rename
    lines=0
    while IFS= read -r line || [ -n "$line" ]; do
        printf '%s O %s %.8192s\n' "$N" "$1" "$line" >&4
        lines=$((lines + 1))
        [ $lines -lt 20 ] || { tail -c 4097 | tell_all "$1"; break; }
    done
}

# run RUN WORK [FILTER...]: the filter bounds what is told of the output, and never lets an agent
# block.
run() {
    run=$1 work=$2
    shift 2
    if [ $# = 0 ]; then
        work "$run" "$work" | { tell_some "$run"; tell "D $run"; } &
    else
        work "$run" "$work" | "$@" | { tell_all "$run"; tell "D $run"; } &
    fi
}

# Every living process as pid:parent:session, in $all.
scan() {
    all=
    for at in /proc/[0-9]*; do
        IFS= read -r stat <"$at/stat" || continue
        set -- ${stat##*) }
        [ "$1" = Z ] || [ "$1" = X ] || all="$all ${at#/proc/}:$2:$4"
    done
} 2>/dev/null

# Of run $1 (or of all) with first process $2, in $members: by kinship, by the marker in the
# environment, and, where it is alone here, by the session. Not this shell and its own helpers.
find_members() {
    members=" $2 "
    mark=CPE_OPERATION=$N.${1:+$1.}
    for at in $(grep -lsF "$mark" /proc/[0-9]*/environ); do
        at=${at#/proc/}
        members="$members${at%/*} "
    done
    scan
    living=" "
    for at in $all; do
        pid=${at%%:*}
        living="$living$pid "
        at=${at#*:}
        [ "${at#*:}" = "$SESSION" ] && [ "${at%:*}" != $$ ] && [ "$pid" != $$ ] &&
            [ "$pid" != "$PPID" ] && members="$members$pid "
    done
    grown=1
    while [ -n "$grown" ]; do
        grown=
        for at in $all; do
            pid=${at%%:*} at=${at#*:}
            case $members in
                *" $pid "*) ;;
                *" ${at%:*} "*) members="$members$pid " grown=1 ;;
            esac
        done
    done
    kept=" "
    for pid in $members; do
        case $kept in *" $pid "*) continue ;; esac
        case $living in *" $pid "*) kept="$kept$pid " ;; esac
    done
    members=$kept
}

# Stopped first, so that nothing can be born beside the killing.
kill_run() {
    IFS= read -r stat </proc/$$/stat
    set -- "$1" "$2" ${stat##*) }
    SESSION=none # only where it is ours alone, as sshd makes it
    case $ALONE.$6 in 1.$$ | 1.$PPID) SESSION=$6 ;; esac
    stopped=" "
    news=1
    while [ -n "$news" ]; do
        news=
        find_members "$1" "$2"
        for pid in $members; do
            case $stopped in *" $pid "*) continue ;; esac
            kill -STOP "$pid" && stopped="$stopped$pid " news=1
        done
    done
    round=0
    while [ "$members" != " " ] && [ $round -lt 50 ]; do
        for pid in $members; do kill -KILL "$pid"; done
        [ $round -gt 3 ] && sleep 0.1
        round=$((round + 1))
        find_members "$1" "$2"
    done
    set -- "$1" $members
    left=$(($# - 1))
} 2>/dev/null

# What has not ended has its first process, a grandchild of ours.
leave() {
    trap '' URG TERM HUP INT
    scan
    ours=" "
    for at in $all; do
        pid=${at%%:*} at=${at#*:}
        [ "${at%:*}" = $$ ] && ours="$ours$pid "
    done
    for first in $all; do
        at=${first#*:}
        case $ours in *" ${at%:*} "*) kill_run '' "${first%%:*}" ;; esac
    done
    exit 0
}

define() {
    text= part= left=$2
    while [ "$left" -gt 0 ] && IFS= read -r line; do
        part="$part$line
"
        left=$((left - 1))
        [ ${#part} -lt 4096 ] || text=$text$part part= # or many short lines would take their time
    done
    [ "$left" = 0 ] || return 0
    eval "$1() {
$text$part}"
}

# Of the shell of nonce $1: itself, should it be there, and what it ran.
clean() {
    for at in $(grep -lsF "$1" /proc/[0-9]*/cmdline); do
        at=${at#/proc/}
        kill -KILL "${at%/cmdline}"
    done
    N=$1 ALONE=
    kill_run '' none
} 2>/dev/null

# Beside this shell, which has others to attend to: killing, for it may take its time. `jobs` takes
# what has ended out of the table of processes.
attend() {
    { printf cpe-attend >/proc/$$/comm; } 2>/dev/null # by which hello.sh knows us
    trap leave URG TERM HUP INT
    trap : PIPE # not ignored: that would be inherited
    tell R
    while read -r word run first; do
        case $word in
            run)
                jobs >/dev/null
                run "$run" "$first"
                ;;
            define) define "$run" "$first" ;;
            kill) { kill_run "$run" "$first"; tell "K $run $left"; } & ;;
            forget) unset -f "$run" ;;
            clean) clean "$run" & ;;
            reap) jobs >/dev/null ;;
            bye) exit 0 ;;
        esac
    done
    leave
}
