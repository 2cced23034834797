//! Servers that belong to the run: started on a free port of this machine, in a temporary folder,
//! and stopped with the run.

use std::fs;
use std::io;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::error::LiveError;

/// A folder for the servers of this process, removed with its contents when dropped.
pub(super) struct Folder(PathBuf);

impl Folder {
    pub fn new() -> io::Result<Folder> {
        let name = format!("stalemate-live-{}", std::process::id());
        let mut nth = 0;
        loop {
            let path = std::env::temp_dir().join(format!("{name}-{nth}"));
            match fs::create_dir(&path) {
                Ok(()) => return Ok(Folder(path)),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists && nth < 1_000 => {
                    nth += 1;
                }
                Err(error) => return Err(error),
            }
        }
    }

    fn below(&self, name: &str) -> io::Result<PathBuf> {
        let path = self.0.join(name);
        fs::create_dir(&path)?;
        Ok(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // a server that is just ending may still write
        for _ in 0..20 {
            if fs::remove_dir_all(&self.0).is_ok() || !self.0.exists() {
                return;
            }
            thread::sleep(Duration::from_millis(50));
        }
    }
}

/// A server that this process started.
pub(super) struct Private {
    program: Program,
    folder: PathBuf,
    port: u16,
    child: Option<Child>,
}

/// The program of a server.
enum Program {
    Redis(PathBuf),
    /// And the user and group to run as: it refuses to run as root.
    Memcached(PathBuf, Option<(u32, u32)>),
    /// The folder of its programs, and the user and group to run as: PostgreSQL refuses to run as
    /// root.
    Postgres(PathBuf, Option<(u32, u32)>),
}

const REDIS: &[&str] = &["redis-server", "valkey-server"];
const MEMCACHED: &[&str] = &["memcached"];
const POSTGRES: &[&str] = &["initdb", "postgres", "pg_ctl"];

/// The timeout for starting a server; PostgreSQL may have to recover.
const START: Duration = Duration::from_secs(30);

impl Private {
    /// Starts a Redis, or a Valkey.
    pub fn redis(folder: &Folder, name: &str) -> Result<Private, LiveError> {
        let program = REDIS
            .iter()
            .find_map(|program| on_path(program))
            .ok_or(LiveError::NoProgram { what: "Redis", programs: REDIS, option: "--redis" })?;
        Private::start(Program::Redis(program), folder.below(name)?)
    }

    /// Starts a Memcached.
    pub fn memcached(folder: &Folder, name: &str) -> Result<Private, LiveError> {
        let missing =
            LiveError::NoProgram { what: "memcached", programs: MEMCACHED, option: "--memcached" };
        let program = on_path("memcached").ok_or(missing)?;
        let own = folder.below(name)?;
        let user = unprivileged(&own)?;
        if let Some((user, group)) = user {
            chown(&own, Some(user), Some(group))?;
        }
        Private::start(Program::Memcached(program, user), own)
    }

    /// Starts a PostgreSQL with its own database cluster.
    pub fn postgres(folder: &Folder) -> Result<Private, LiveError> {
        let missing =
            LiveError::NoProgram { what: "PostgreSQL", programs: POSTGRES, option: "--postgres" };
        let programs = postgres_programs().ok_or(missing)?;
        let own = folder.below("postgres")?;
        let user = unprivileged(&own)?;
        if let Some((user, group)) = user {
            chown(&own, Some(user), Some(group))?;
        }
        let mut initdb = as_user(&programs.join("initdb"), user);
        initdb.args(["--no-sync", "--auth=trust", "--username=stalemate", "--locale=C"]);
        initdb.args(["--encoding=UTF8", "-D"]).arg(own.join("data")).current_dir(&own);
        let out = initdb.stdin(Stdio::null()).output()?;
        if !out.status.success() {
            let why = String::from_utf8_lossy(&out.stderr).trim().to_owned();
            return Err(LiveError::DidNotStart { what: "PostgreSQL", why });
        }
        Private::start(Program::Postgres(programs, user), own)
    }

    fn start(program: Program, folder: PathBuf) -> Result<Private, LiveError> {
        let mut server = Private { program, folder, port: 0, child: None };
        let mut tries = 0;
        loop {
            // the port may be taken between the two
            server.port = free_port()?;
            match server.restart() {
                Ok(()) => return Ok(server),
                Err(LiveError::DidNotStart { .. }) if tries < 2 => tries += 1,
                Err(error) => return Err(error),
            }
        }
    }

    pub fn socket(&self) -> SocketAddr {
        SocketAddr::from(([127, 0, 0, 1], self.port))
    }

    pub fn what(&self) -> &'static str {
        match self.program {
            Program::Redis(_) => "Redis",
            Program::Memcached(..) => "memcached",
            Program::Postgres(..) => "PostgreSQL",
        }
    }

    pub fn is_up(&self) -> bool {
        self.child.is_some()
    }

    /// Starts it again, with the data on its disk, and waits until it accepts connections.
    pub fn restart(&mut self) -> Result<(), LiveError> {
        let log = fs::File::create(self.folder.join("log"))?;
        let mut command = self.command();
        command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
        // Ctrl-C is for this process, which then ends its servers
        command.process_group(0).current_dir(&self.folder);
        self.child = Some(command.spawn()?);
        let until = Instant::now() + START;
        loop {
            if self.takes_connections() {
                return Ok(());
            }
            let ended = match &mut self.child {
                Some(child) => child.try_wait()?.is_some(),
                None => true,
            };
            if ended || Instant::now() > until {
                let why = match ended {
                    true => self.last_words(),
                    false => "it takes no connections".to_owned(),
                };
                self.end();
                return Err(LiveError::DidNotStart { what: self.what(), why });
            }
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// Stops it as a crash does: it writes nothing more. Redis is killed; PostgreSQL gets an
    /// immediate shutdown, after which it recovers as from a crash, because a killed one leaves
    /// shared memory behind.
    pub fn kill(&mut self) {
        match &self.program {
            Program::Redis(_) | Program::Memcached(..) => self.end(),
            Program::Postgres(programs, user) => {
                let mut stop = as_user(&programs.join("pg_ctl"), *user);
                stop.args(["stop", "-m", "immediate", "-w", "-D"]).arg(self.folder.join("data"));
                stop.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
                let _ = stop.current_dir(&self.folder).status();
                self.end();
            }
        }
    }

    /// Makes sure that its process has ended.
    fn end(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    fn command(&self) -> Command {
        let port = self.port.to_string();
        match &self.program {
            Program::Redis(program) => {
                let mut command = Command::new(program);
                command.args(["--port", &port, "--bind", "127.0.0.1", "--save", ""]);
                command.args(["--appendonly", "no", "--daemonize", "no", "--loglevel", "notice"]);
                command.arg("--dir").arg(&self.folder);
                // a replica's copy leaves no dump on a disk, and begins at once
                command.args(["--repl-diskless-sync", "yes", "--repl-diskless-sync-delay", "0"]);
                command.args(["--repl-diskless-load", "swapdb"]);
                // the proxy may hold changes for long
                command.args(["--repl-timeout", "86400", "--repl-ping-replica-period", "3600"]);
                command
            }
            Program::Memcached(program, user) => {
                let mut command = as_user(program, *user);
                // no UDP; the folder's name tells whose process it is
                command.args(["-l", "127.0.0.1", "-p", &port, "-U", "0", "-P"]);
                command.arg(self.folder.join("pid"));
                command
            }
            Program::Postgres(programs, user) => {
                let mut command = as_user(&programs.join("postgres"), *user);
                command.arg("-D").arg(self.folder.join("data")).args(["-p", &port]);
                for setting in [
                    "listen_addresses=127.0.0.1",
                    "unix_socket_directories=",
                    "max_connections=200",
                    "autovacuum=off",
                    // the machine does not lose power, so what was written is there
                    "fsync=off",
                    // who waits for whom is looked at as soon as somebody waits
                    "deadlock_timeout=1ms",
                ] {
                    command.args(["-c", setting]);
                }
                command
            }
        }
    }

    fn takes_connections(&self) -> bool {
        let wait = Duration::from_millis(200);
        let Ok(mut stream) = TcpStream::connect_timeout(&self.socket(), wait) else { return false };
        let (hello, yes): (&[u8], &[u8]) = match self.program {
            Program::Redis(_) => (b"PING\r\n", b"+"),
            Program::Memcached(..) => (b"version\r\n", b"V"),
            // while it starts, or recovers, it answers with an error
            Program::Postgres(..) => (STARTUP, b"R"),
        };
        let mut first = [0; 1];
        let is_set = stream.set_read_timeout(Some(wait)).is_ok();
        is_set
            && io::Write::write_all(&mut stream, hello).is_ok()
            && io::Read::read_exact(&mut stream, &mut first).is_ok()
            && first == *yes
    }

    /// The last lines of its log.
    fn last_words(&self) -> String {
        let log = fs::read_to_string(self.folder.join("log")).unwrap_or_default();
        let lines: Vec<&str> = log.lines().filter(|line| !line.trim().is_empty()).collect();
        lines[lines.len().saturating_sub(3)..].join(" · ")
    }
}

impl Drop for Private {
    fn drop(&mut self) {
        if self.child.is_some() {
            self.kill();
        }
    }
}

/// PostgreSQL's StartupMessage, version 3.0, for the user given to `initdb`.
const STARTUP: &[u8] = b"\0\0\0\x2a\0\x03\0\0user\0stalemate\0database\0postgres\0\0";

fn free_port() -> io::Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

fn on_path(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(program)).find(|file| file.is_file())
}

/// The folder with all of PostgreSQL's programs, which Debian does not put on the `PATH`.
fn postgres_programs() -> Option<PathBuf> {
    let linked = on_path("initdb").and_then(|file| file.canonicalize().ok());
    let linked = linked.and_then(|file| file.parent().map(Path::to_owned));
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut versions: Vec<PathBuf> = versions.map(|version| version.path().join("bin")).collect();
    versions.sort();
    let has_all = |folder: &PathBuf| POSTGRES.iter().all(|program| folder.join(program).is_file());
    linked.into_iter().chain(versions.into_iter().rev()).find(has_all)
}

/// The user to run PostgreSQL as, if this process is root: `postgres` if there is one.
fn unprivileged(own: &Path) -> Result<Option<(u32, u32)>, LiveError> {
    if std::os::unix::fs::MetadataExt::uid(&fs::metadata(own)?) != 0 {
        return Ok(None);
    }
    let users = fs::read_to_string("/etc/passwd")?;
    let find = |name: &str| {
        users.lines().find_map(|line| {
            let mut fields = line.split(':');
            let is_it = fields.next() == Some(name);
            let (user, group) = (fields.nth(1)?.parse().ok()?, fields.next()?.parse().ok()?);
            is_it.then_some((user, group))
        })
    };
    let found = find("postgres").or_else(|| find("nobody"));
    found.map(Some).ok_or(LiveError::DidNotStart {
        what: "PostgreSQL",
        why: "it does not run as root, and there is no user `postgres` or `nobody`".to_owned(),
    })
}

fn as_user(program: &Path, user: Option<(u32, u32)>) -> Command {
    let mut command = Command::new(program);
    if let Some((user, group)) = user {
        command.uid(user).gid(group);
    }
    // a server's own settings from the environment are not meant for this one
    for name in ["PGDATA", "PGPORT", "PGHOST", "PGUSER"] {
        command.env_remove(name);
    }
    command
}
