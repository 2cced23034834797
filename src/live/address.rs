//! The addresses of servers, and how to connect to them.

use std::net::{SocketAddr, ToSocketAddrs};

use super::error::LiveError;
use super::frame::Protocol;

/// How to connect to a server.
#[derive(Clone)]
pub(super) enum Target {
    Redis(redis::ConnectionInfo),
    Memcached(SocketAddr),
    Postgres {
        config: postgres::Config,
        /// The run's table, with its schema; `None`: no statements are prepared.
        table: Option<String>,
    },
}

/// A server and its address.
#[derive(Clone)]
pub(super) struct Address {
    pub target: Target,
    pub socket: SocketAddr,
}

const REDIS: &str = "Redis";
const MEMCACHED: &str = "memcached";
const POSTGRES: &str = "PostgreSQL";

impl Target {
    pub fn protocol(&self) -> Protocol {
        match self {
            Target::Redis(_) => Protocol::Redis,
            Target::Memcached(_) => Protocol::Memcached,
            Target::Postgres { .. } => Protocol::Postgres,
        }
    }

    /// The server's product, for people.
    pub fn what(&self) -> &'static str {
        match self {
            Target::Redis(_) => REDIS,
            Target::Memcached(_) => MEMCACHED,
            Target::Postgres { .. } => POSTGRES,
        }
    }
}

impl Address {
    /// Parses a `redis://` URL.
    pub fn redis(url: &str) -> Result<Address, LiveError> {
        let wrong = |why: String| LiveError::Address { what: REDIS, why };
        let info: redis::ConnectionInfo = redis::IntoConnectionInfo::into_connection_info(url)
            .map_err(|error| {
                wrong(format!("`{url}` cannot be read ({error}); allowed: redis://host:port/0"))
            })?;
        let socket = match info.addr() {
            redis::ConnectionAddr::Tcp(host, port) => resolve(REDIS, host, *port)?,
            _ => {
                return Err(wrong(
                    "it is encrypted or a file; allowed: redis://host:port/0, since the proxy \
                     reads along"
                        .to_owned(),
                ));
            }
        };
        let settings = info.redis_settings().clone().set_protocol(redis::ProtocolVersion::RESP2);
        Ok(Address { target: Target::Redis(info.set_redis_settings(settings)), socket })
    }

    /// Parses a `memcached://` URL.
    pub fn memcached(url: &str) -> Result<Address, LiveError> {
        let why = || format!("`{url}` cannot be read; allowed: memcached://host:port");
        let wrong = || LiveError::Address { what: MEMCACHED, why: why() };
        let place = url.strip_prefix("memcached://").ok_or_else(wrong)?.trim_end_matches('/');
        let (host, port) = place.rsplit_once(':').unwrap_or((place, "11211"));
        let port = port.parse().map_err(|_| wrong())?;
        let socket = resolve(MEMCACHED, host, port)?;
        Ok(Address { target: Target::Memcached(socket), socket })
    }

    /// Parses a `postgres://` URL.
    pub fn postgres(url: &str) -> Result<Address, LiveError> {
        let wrong = |why: String| LiveError::Address { what: POSTGRES, why };
        let allowed = "allowed: postgres://user:password@host:port/database";
        let config: postgres::Config = url
            .parse()
            .map_err(|error| wrong(format!("it cannot be read ({error}); {allowed}")))?;
        let port = config.get_ports().first().copied().unwrap_or(5432);
        let socket = match config.get_hosts() {
            [postgres::config::Host::Tcp(host)] => resolve(POSTGRES, host, port)?,
            _ => return Err(wrong(format!("it names no host, or several; {allowed}"))),
        };
        Ok(Address { target: Target::Postgres { config, table: None }, socket })
    }
}

fn resolve(what: &'static str, host: &str, port: u16) -> Result<SocketAddr, LiveError> {
    let address = format!("{host}:{port}");
    let unreachable = |why| LiveError::Unreachable { what, address: address.clone(), why };
    let mut found = address.to_socket_addrs().map_err(|error| unreachable(error.to_string()))?;
    found.next().ok_or_else(|| unreachable("the host has no address".to_owned()))
}
