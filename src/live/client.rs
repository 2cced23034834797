//! The servers' own client libraries, used as in an application.

use std::net::SocketAddr;
use std::time::Duration;

use postgres::error::SqlState;
use postgres::types::{ToSql, Type};
use postgres::{NoTls, SimpleQueryMessage};

use super::address::Target;
use super::database::{Parameter, SQL};
use super::memcached::Connection;

/// A request to a server: one frame there, one back.
#[derive(Clone, Debug)]
pub(super) enum Ask {
    /// A command of Redis.
    Command(Vec<String>),
    /// A prepared statement of [`SQL`], by its position.
    Statement(usize, Vec<Parameter>),
    /// A statement sent as text.
    Text(&'static str),
    /// Commands of Memcached, as they are sent.
    Memcached(String),
}

/// A server's answer.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Got {
    Nil,
    Int(i64),
    Text(String),
    List(Vec<Got>),
}

/// Why a server did not do what was asked.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Refusal {
    /// It answered with an error of this code.
    Said { code: String, text: String },
    /// The connection broke, or no answer came.
    Broken(String),
}

pub(super) type Answer = Result<Got, Refusal>;

/// A connection of the client library.
pub(super) enum Client {
    Redis(Box<redis::Connection>),
    Postgres(Box<postgres::Client>, Vec<postgres::Statement>),
    Memcached(Connection),
}

impl Client {
    /// Connects, and prepares the statements.
    pub fn connect(target: &Target, port: Option<u16>) -> Result<Client, String> {
        match target {
            Target::Redis(info) => {
                let info = match port {
                    None => info.clone(),
                    Some(port) => info
                        .clone()
                        .set_addr(redis::ConnectionAddr::Tcp("127.0.0.1".to_owned(), port)),
                };
                let client = redis::Client::open(info).map_err(|error| error.to_string())?;
                let connection = client
                    .get_connection_with_timeout(CONNECT)
                    .map_err(|error| error.to_string())?;
                Ok(Client::Redis(Box::new(connection)))
            }
            Target::Memcached(socket) => {
                let through = port.map(|port| SocketAddr::from(([127, 0, 0, 1], port)));
                let connection = Connection::open(through.unwrap_or(*socket));
                connection.map(Client::Memcached).map_err(|error| error.to_string())
            }
            Target::Postgres { config, table } => {
                let config = match port {
                    None => config.clone(),
                    Some(port) => through_proxy(config, port),
                };
                let mut client = config.connect(NoTls).map_err(|error| words(&error))?;
                let mut statements = Vec::new();
                if let Some(table) = table {
                    for sql in SQL {
                        let text = sql.text.replace("{rows}", table);
                        let prepared = client.prepare_typed(&text, sql.parameters);
                        statements.push(prepared.map_err(|error| words(&error))?);
                    }
                }
                Ok(Client::Postgres(Box::new(client), statements))
            }
        }
    }

    /// Sends a request, and waits for the answer.
    pub fn ask(&mut self, ask: &Ask) -> Answer {
        match (self, ask) {
            (Client::Redis(connection), Ask::Command(arguments)) => {
                let mut command = redis::Cmd::new();
                arguments.iter().for_each(|argument| {
                    command.arg(argument);
                });
                command.query::<redis::Value>(connection).map_err(redis_refusal).map(redis_got)
            }
            (Client::Postgres(client, statements), Ask::Statement(at, parameters)) => {
                let given: Vec<&(dyn ToSql + Sync)> =
                    parameters.iter().map(Parameter::as_sql).collect();
                let rows = client.query(&statements[*at], &given);
                rows.map_err(|error| sql_refusal(&error))
                    .map(|rows| Got::List(rows.iter().map(row).collect()))
            }
            (Client::Postgres(client, _), Ask::Text(text)) => simple(client, text),
            (Client::Memcached(connection), Ask::Memcached(commands)) => connection.ask(commands),
            _ => Err(Refusal::Broken("asked the wrong server".to_owned())),
        }
    }

    /// Sends statements as text, unprepared.
    pub fn simple(&mut self, text: &str) -> Answer {
        match self {
            Client::Postgres(client, _) => simple(client, text),
            Client::Redis(_) | Client::Memcached(_) => {
                Err(Refusal::Broken("a cache knows no SQL".to_owned()))
            }
        }
    }
}

/// The timeout for connecting.
pub(super) const CONNECT: Duration = Duration::from_secs(10);

fn simple(client: &mut postgres::Client, text: &str) -> Answer {
    let messages = client.simple_query(text).map_err(|error| sql_refusal(&error))?;
    let rows = messages.iter().filter_map(|message| match message {
        SimpleQueryMessage::Row(row) => Some(Got::List(
            (0..row.len())
                .map(|at| row.get(at).map_or(Got::Nil, |text| Got::Text(text.to_owned())))
                .collect(),
        )),
        _ => None,
    });
    Ok(Got::List(rows.collect()))
}

/// The configuration for the same server through the proxy, unencrypted, because the proxy reads
/// the bytes.
fn through_proxy(config: &postgres::Config, port: u16) -> postgres::Config {
    let mut own = postgres::Config::new();
    own.host("127.0.0.1").port(port).ssl_mode(postgres::config::SslMode::Disable);
    own.connect_timeout(CONNECT);
    if let Some(user) = config.get_user() {
        own.user(user);
    }
    if let Some(password) = config.get_password() {
        own.password(password);
    }
    if let Some(name) = config.get_dbname() {
        own.dbname(name);
    }
    if let Some(options) = config.get_options() {
        own.options(options);
    }
    own
}

fn row(row: &postgres::Row) -> Got {
    let columns = row.columns().iter().enumerate().map(|(at, column)| match *column.type_() {
        Type::INT8 => row.get::<_, Option<i64>>(at).map_or(Got::Nil, Got::Int),
        _ => row.get::<_, Option<String>>(at).map_or(Got::Nil, Got::Text),
    });
    Got::List(columns.collect())
}

fn redis_got(value: redis::Value) -> Got {
    match value {
        redis::Value::Int(number) => Got::Int(number),
        redis::Value::BulkString(bytes) => Got::Text(String::from_utf8_lossy(&bytes).into_owned()),
        redis::Value::SimpleString(text) => Got::Text(text),
        redis::Value::Okay => Got::Text("OK".to_owned()),
        redis::Value::Array(items) => Got::List(items.into_iter().map(redis_got).collect()),
        _ => Got::Nil,
    }
}

fn redis_refusal(error: redis::RedisError) -> Refusal {
    match error.code() {
        Some(code) if !error.is_io_error() => {
            Refusal::Said { code: code.to_owned(), text: error.to_string() }
        }
        _ => Refusal::Broken(error.to_string()),
    }
}

fn sql_refusal(error: &postgres::Error) -> Refusal {
    match error.code() {
        // the server ends all sessions: no answer to what was asked
        Some(code) if *code == SqlState::ADMIN_SHUTDOWN || *code == SqlState::CRASH_SHUTDOWN => {
            Refusal::Broken(words(error))
        }
        Some(code) => Refusal::Said { code: code.code().to_owned(), text: words(error) },
        None => Refusal::Broken(words(error)),
    }
}

/// An error of the PostgreSQL client, with its cause.
fn words(error: &postgres::Error) -> String {
    match (error.as_db_error(), std::error::Error::source(error)) {
        (Some(said), _) => said.message().to_owned(),
        (None, Some(cause)) => format!("{error}: {cause}"),
        (None, None) => error.to_string(),
    }
}
