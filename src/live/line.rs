//! A connection through the proxy, which holds each message until the world delivers it.
//!
//! A client thread has the connection of the server's own library; it writes a request and waits
//! for the reply, as an application does. Its bytes end at the proxy, on this side of the thread,
//! which reads a whole request and passes it on when the world says that the message lands. Replies
//! are handled alike. A message that is held has not been passed on yet, a lost one never is, and a
//! cut connection is closed.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{self, Receiver, Sender, TryRecvError};
use std::thread;
use std::time::{Duration, Instant};

use super::address::Target;
use super::client::{Answer, Ask, CONNECT, Client, Refusal};
use super::frame::{Protocol, is_whole_reply, is_whole_request};

/// One connection: a client, the proxy, a server.
pub(super) struct Line {
    asks: Sender<Ask>,
    answers: Receiver<Answer>,
    /// The client's end of the connection.
    near: TcpStream,
    /// The server's end of the connection.
    far: TcpStream,
    protocol: Protocol,
    /// The server's answer, not yet passed on to the client.
    reply: Vec<u8>,
}

/// The timeout for a server to answer a request, and for a client to send one.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);

/// How long to wait before the next look at a connection that does not wait by itself.
pub(super) const LOOK: Duration = Duration::from_micros(100);

impl Line {
    /// Connects to a server, and asks this first. The messages that begin a session pass at once.
    pub fn open(target: &Target, server: SocketAddr, begin: Option<Ask>) -> Result<Line, String> {
        let far =
            TcpStream::connect_timeout(&server, CONNECT).map_err(|error| error.to_string())?;
        let listener = TcpListener::bind("127.0.0.1:0").map_err(|error| error.to_string())?;
        let port = listener.local_addr().map_err(|error| error.to_string())?.port();
        let (asks, to_do) = mpsc::channel::<Ask>();
        let (done, answers) = mpsc::channel::<Answer>();
        let (ready, is_ready) = mpsc::channel::<Result<(), String>>();
        let theirs = target.clone();
        thread::spawn(move || {
            let mut client = match Client::connect(&theirs, Some(port)) {
                Ok(client) => client,
                Err(why) => return drop(ready.send(Err(why))),
            };
            if let Some(ask) = begin
                && let Err(refusal) = client.ask(&ask)
            {
                return drop(ready.send(Err(format!("{refusal:?}"))));
            }
            if ready.send(Ok(())).is_err() {
                return;
            }
            while let Ok(ask) = to_do.recv() {
                if done.send(client.ask(&ask)).is_err() {
                    return;
                }
            }
        });
        let near = accept(&listener, &is_ready)?;
        let protocol = target.protocol();
        let mut line = Line { asks, answers, near, far, protocol, reply: Vec::new() };
        line.begin(&is_ready)?;
        Ok(line)
    }

    /// Passes all bytes on until the client is ready.
    fn begin(&mut self, is_ready: &Receiver<Result<(), String>>) -> Result<(), String> {
        let words = |error: io::Error| error.to_string();
        for socket in [&self.near, &self.far] {
            socket.set_nodelay(true).map_err(words)?;
            socket.set_nonblocking(true).map_err(words)?;
        }
        let until = Instant::now() + CONNECT;
        let mut bytes = [0; 16 * 1024];
        loop {
            match is_ready.try_recv() {
                Ok(Ok(())) => break,
                Ok(Err(why)) => return Err(why),
                Err(TryRecvError::Disconnected) => return Err("the client has ended".to_owned()),
                Err(TryRecvError::Empty) if Instant::now() > until => {
                    return Err("no answer in time".to_owned());
                }
                Err(TryRecvError::Empty) => {}
            }
            let there = pass(&mut self.near, &mut self.far, &mut bytes).map_err(words)?;
            let back = pass(&mut self.far, &mut self.near, &mut bytes).map_err(words)?;
            if there + back == 0 {
                thread::sleep(LOOK);
            }
        }
        for socket in [&self.near, &self.far] {
            socket.set_nonblocking(false).map_err(words)?;
        }
        Ok(())
    }

    /// The client sends a request: the proxy holds it from now on.
    pub fn say(&self, ask: Ask) {
        // a client that has ended finds its connection closed, as all else will
        let _ = self.asks.send(ask);
    }

    /// Passes a request on to the server.
    pub fn carry_request(&mut self) -> io::Result<()> {
        self.near.set_read_timeout(Some(PATIENCE))?;
        let protocol = self.protocol;
        let request = read_until(&mut self.near, |bytes| is_whole_request(protocol, bytes))?;
        self.far.write_all(&request)
    }

    /// Waits until the server has answered in full. The proxy holds the answer.
    pub fn await_reply(&mut self) -> io::Result<()> {
        self.far.set_read_timeout(Some(PATIENCE))?;
        let protocol = self.protocol;
        self.reply = read_until(&mut self.far, |bytes| is_whole_reply(protocol, bytes))?;
        Ok(())
    }

    /// Whether the server sends nothing for this long.
    pub fn is_silent(&mut self, during: Duration) -> io::Result<bool> {
        self.far.set_read_timeout(Some(during))?;
        match self.far.peek(&mut [0]) {
            Ok(_) => Ok(false),
            Err(error) if is_timeout(&error) => Ok(true),
            Err(error) => Err(error),
        }
    }

    /// Passes the reply on to the client. Returns the answer as the client reads it.
    pub fn carry_reply(&mut self) -> Answer {
        let reply = std::mem::take(&mut self.reply);
        let broken = |error: io::Error| Refusal::Broken(error.to_string());
        self.near.write_all(&reply).map_err(broken)?;
        let answer = self.answers.recv_timeout(PATIENCE);
        answer.unwrap_or_else(|error| Err(Refusal::Broken(error.to_string())))
    }

    /// Sends a request to the server without the client.
    pub fn aside(&mut self, request: &[u8]) -> io::Result<()> {
        self.far.write_all(request)?;
        self.await_reply()?;
        self.reply.clear();
        Ok(())
    }

    /// Sends a request and waits for its answer, without a hold.
    pub fn ask(&mut self, ask: Ask) -> Answer {
        let broken = |error: io::Error| Refusal::Broken(error.to_string());
        self.say(ask);
        self.carry_request().and_then(|()| self.await_reply()).map_err(broken)?;
        self.carry_reply()
    }
}

/// Accepts the client's connection, or says why it makes none.
fn accept(
    listener: &TcpListener,
    is_ready: &Receiver<Result<(), String>>,
) -> Result<TcpStream, String> {
    let words = |error: io::Error| error.to_string();
    listener.set_nonblocking(true).map_err(words)?;
    let until = Instant::now() + CONNECT;
    loop {
        match listener.accept() {
            Ok((near, _)) => return Ok(near),
            Err(error) if is_timeout(&error) && Instant::now() < until => {}
            Err(error) => return Err(error.to_string()),
        }
        if let Ok(Err(why)) = is_ready.try_recv() {
            return Err(why);
        }
        thread::sleep(LOOK);
    }
}

pub(super) fn is_timeout(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut)
}

/// Passes on the available bytes. Returns their number.
pub(super) fn pass(
    from: &mut TcpStream,
    to: &mut TcpStream,
    bytes: &mut [u8],
) -> io::Result<usize> {
    let count = read_some(from, bytes)?;
    write_all(to, &bytes[..count])?;
    Ok(count)
}

/// Reads the available bytes. Returns their number.
///
/// # Errors
/// If the connection has ended.
pub(super) fn read_some(from: &mut TcpStream, bytes: &mut [u8]) -> io::Result<usize> {
    match from.read(bytes) {
        Ok(0) => Err(ErrorKind::UnexpectedEof.into()),
        Ok(count) => Ok(count),
        Err(error) if is_timeout(&error) => Ok(0),
        Err(error) => Err(error),
    }
}

/// Writes to a connection that does not wait by itself.
pub(super) fn write_all(to: &mut TcpStream, mut bytes: &[u8]) -> io::Result<()> {
    while !bytes.is_empty() {
        match to.write(bytes) {
            Ok(written) => bytes = &bytes[written..],
            Err(error) if is_timeout(&error) => thread::sleep(LOOK),
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// The most bytes of one message.
const MOST_BYTES: usize = 64 << 20;

fn read_until(from: &mut TcpStream, is_whole: impl Fn(&[u8]) -> bool) -> io::Result<Vec<u8>> {
    let (mut all, mut bytes) = (Vec::new(), [0; 16 * 1024]);
    while !is_whole(&all) {
        match from.read(&mut bytes)? {
            0 => return Err(ErrorKind::UnexpectedEof.into()),
            count => all.extend_from_slice(&bytes[..count]),
        }
        if all.len() > MOST_BYTES {
            return Err(ErrorKind::InvalidData.into());
        }
    }
    Ok(all)
}
