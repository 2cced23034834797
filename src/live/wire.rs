//! A connection that brings values of Redis' protocol which nobody has asked for: changes for a
//! replica, notices for a reader.

use std::collections::VecDeque;
use std::io;
use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant};

use super::frame::value_end;
use super::line::{LOOK, pass, read_some, write_all};

pub(super) struct Wire {
    socket: TcpStream,
    /// Bytes of a value that is not complete.
    bytes: VecDeque<u8>,
}

impl Wire {
    pub fn new(socket: TcpStream) -> io::Result<Wire> {
        socket.set_nodelay(true)?;
        socket.set_nonblocking(true)?;
        Ok(Wire { socket, bytes: VecDeque::new() })
    }

    /// The next value, as it came; `None`: it does not come within this time.
    ///
    /// # Errors
    /// If the connection has ended.
    pub fn next(&mut self, within: Duration) -> io::Result<Option<Vec<u8>>> {
        let until = Instant::now() + within;
        let mut some = [0; 16 * 1024];
        loop {
            if let Some(end) = value_end(self.bytes.make_contiguous()) {
                return Ok(Some(self.bytes.drain(..end).collect()));
            }
            match read_some(&mut self.socket, &mut some)? {
                0 if Instant::now() >= until => return Ok(None),
                0 => thread::sleep(LOOK),
                count => self.bytes.extend(&some[..count]),
            }
        }
    }

    /// Passes on what has come, whatever it is.
    pub fn pass(&mut self, to: &mut Wire) -> io::Result<()> {
        let mut some = [0; 4 * 1024];
        while pass(&mut self.socket, &mut to.socket, &mut some)? > 0 {}
        Ok(())
    }

    pub fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        write_all(&mut self.socket, bytes)
    }
}

/// The texts of a list of texts, as a command is one. Other values: none.
pub(super) fn texts(value: &[u8]) -> Vec<String> {
    match redis::parse_redis_value(value) {
        Ok(redis::Value::Array(items)) => items
            .into_iter()
            .filter_map(|item| match item {
                redis::Value::BulkString(bytes) => {
                    Some(String::from_utf8_lossy(&bytes).into_owned())
                }
                _ => None,
            })
            .collect(),
        _ => Vec::new(),
    }
}
