# shellcheck shell=dash
#
# The user whom the command runs as; read by agent.sh.

# Print the first line of /etc/passwd in which field $1 is $2.
account() {
    awk -F: -v field="$1" -v value="$2" \
        '$field == value { print; exit }' /etc/passwd
}

# Like useradd. No password is asked for or can be given: "*".
add_account() {
    [ -z "$(account 3 "$2")" ] || fail "the user id $2 is taken: give NAME:UID"
    echo "$1:*:$2:$2::/home/$1:/bin/sh" >> /etc/passwd
    echo "$1:*:$2:" >> /etc/group
    # Ids for user namespaces, far from those of other users.
    echo "$1:$(($2 * 65536)):65536" >> /etc/subuid
    echo "$1:$(($2 * 65536)):65536" >> /etc/subgid
    mkdir -p "/home/$1"
    chown "$2:$2" "/home/$1"
}

# Set user, uid, gid and home by the settings.
find_account() {
    if [ -n "$USER_NAME" ]; then
        line=$(account 1 "$USER_NAME")
    else
        line=$(account 3 "$USER_ID")
    fi
    if [ -z "$line" ]; then
        name=${USER_NAME:-user$USER_ID}
        add_account "$name" "${USER_ID:-1500}"
        line=$(account 1 "$name")
    fi
    IFS=: read -r user _ uid gid _ home _ << END
$line
END
    [ "$uid" = "${USER_ID:-$uid}" ] || fail "the user id of $user is $uid"
}

make_runtime_folder() {
    mkdir -p /run/user
    mkdir -m 700 "$runtime"
    chown "$uid:$gid" "$runtime"
}

# It makes the runtime folder, too.
start_user_manager() {
    { loginctl enable-linger "$user" &&
        systemctl start "user@$uid.service"; } ||
        fail "the user manager of $user does not start"
}

run_as_user() {
    find_account
    runtime=/run/user/$uid
    if [ -n "$SYSTEMD" ]; then
        start_user_manager
    else
        make_runtime_folder
    fi

    if [ -x /usr/bin/setpriv ]; then
        set -- /usr/bin/setpriv "--reuid=$uid" "--regid=$gid" \
            --clear-groups --inh-caps=-all "$@"
    else
        set -- /run/capsrun-vm/busybox su -m -s "$@" "$user"
    fi
    [ -z "$SYSTEMD" ] ||
        set -- "DBUS_SESSION_BUS_ADDRESS=unix:path=$runtime/bus" "$@"
    run "HOME=$home" "USER=$user" "XDG_RUNTIME_DIR=$runtime" "$@"
}
