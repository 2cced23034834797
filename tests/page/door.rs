//! What stands before a host, so that it can go away and come back on the same port: a server
//! alone would go on with the connections that it has.

use std::io;
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

/// Passes on what comes and goes, while it is open.
pub struct Door {
    address: SocketAddr,
    behind: SocketAddr,
    passing: Mutex<Option<Arc<Passing>>>,
}

/// The connections of a door that is open; none are taken any more once it is shut.
#[derive(Default)]
struct Passing {
    /// `None`: it is shut.
    streams: Mutex<Option<Vec<TcpStream>>>,
}

impl Door {
    /// A door to this server, on a port of its own; open.
    pub fn before(behind: SocketAddr) -> Door {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("its address");
        let passing = Mutex::new(Some(pass(listener, behind)));
        Door { address, behind, passing }
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    pub fn open(&self) {
        let listener = TcpListener::bind(self.address).expect("the port that was free before");
        *lock(&self.passing) = Some(pass(listener, self.behind));
    }

    pub fn shut(&self) {
        let Some(passing) = lock(&self.passing).take() else { return };
        for stream in lock(&passing.streams).take().into_iter().flatten() {
            // One that has ended is as it should be.
            let _ = stream.shutdown(Shutdown::Both);
        }
        // The listener hears of it by one more.
        let _ = TcpStream::connect(self.address);
        while TcpStream::connect(self.address).is_ok() {
            thread::yield_now();
        }
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        self.shut();
    }
}

fn pass(listener: TcpListener, behind: SocketAddr) -> Arc<Passing> {
    let passing = Arc::new(Passing { streams: Mutex::new(Some(Vec::new())) });
    let open = Arc::clone(&passing);
    thread::spawn(move || {
        for from in listener.incoming().flatten() {
            let mut streams = lock(&open.streams);
            let Some(streams) = streams.as_mut() else { return };
            // A connection that fails is one that its browser sees as failed.
            let _ = join(from, behind, streams);
        }
    });
    passing
}

fn join(from: TcpStream, behind: SocketAddr, streams: &mut Vec<TcpStream>) -> io::Result<()> {
    let to = TcpStream::connect(behind)?;
    for (from, to) in [(&from, &to), (&to, &from)] {
        let (mut from, mut to) = (from.try_clone()?, to.try_clone()?);
        thread::spawn(move || {
            let _ = io::copy(&mut from, &mut to);
            let _ = to.shutdown(Shutdown::Write);
        });
    }
    streams.extend([from, to]);
    Ok(())
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
