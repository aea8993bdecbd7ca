//! The floor under a reconnect storm: the same bytes over the same loopback to
//! a server that appends them and hands them out, and decides nothing.

use std::io::{self, BufReader, BufWriter, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

/// How long a plain append-and-fsync took.
pub(crate) struct Floor {
    /// Until the last device knew that its changes were on disk.
    pub(crate) kept: Duration,
    /// Until the observer had read all of them, the first figure included.
    pub(crate) observed: Duration,
    /// How often something was put on the disk.
    pub(crate) fsyncs: u64,
}

type Waiting = (Vec<Vec<u8>>, mpsc::Sender<()>);

/// Appends to a file: one `fdatasync` for all that is waiting.
pub(crate) fn plain_file(folder: &Path, pushes: &[Vec<Vec<u8>>]) -> io::Result<Floor> {
    let path = folder.join("floor.log");
    let mut file = std::fs::File::create(&path)?;
    run(
        pushes,
        move |group| {
            let mut bytes = Vec::new();
            for change in group.iter().flat_map(|(changes, _)| changes) {
                bytes.extend_from_slice(
                    &u32::try_from(change.len())
                        .map_err(io::Error::other)?
                        .to_le_bytes(),
                );
                bytes.extend_from_slice(change);
            }
            file.write_all(&bytes)?;
            file.sync_data()
        },
        || std::fs::read(&path).map(|bytes| vec![bytes]),
    )
}

/// Appends to SQLite (WAL, `synchronous=FULL`): one transaction for all that is
/// waiting.
pub(crate) fn grouped_sqlite(folder: &Path, pushes: &[Vec<Vec<u8>>]) -> io::Result<Floor> {
    let path = folder.join("floor.db");
    let database = open(&path).map_err(io::Error::other)?;
    database
        .execute_batch("create table changes (at integer primary key, body blob not null) strict")
        .map_err(io::Error::other)?;
    run(
        pushes,
        move |group| {
            let insert = || -> rusqlite::Result<()> {
                let transaction = database.unchecked_transaction()?;
                {
                    let mut insert =
                        transaction.prepare_cached("insert into changes (body) values (?1)")?;
                    for change in group.iter().flat_map(|(changes, _)| changes) {
                        insert.execute([change])?;
                    }
                }
                transaction.commit()
            };
            insert().map_err(io::Error::other)
        },
        || read_all(&path).map_err(io::Error::other),
    )
}

fn open(path: &Path) -> rusqlite::Result<rusqlite::Connection> {
    let database = rusqlite::Connection::open(path)?;
    database.pragma_update(None, "journal_mode", "wal")?;
    database.pragma_update(None, "synchronous", "full")?;
    Ok(database)
}

fn read_all(path: &Path) -> rusqlite::Result<Vec<Vec<u8>>> {
    let database = open(path)?;
    let mut select = database.prepare("select body from changes order by at")?;
    select.query_map([], |row| row.get(0))?.collect()
}

fn run(
    pushes: &[Vec<Vec<u8>>],
    mut save: impl FnMut(&[Waiting]) -> io::Result<()> + Send + 'static,
    read: impl Fn() -> io::Result<Vec<Vec<u8>>>,
) -> io::Result<Floor> {
    let listener = TcpListener::bind(("127.0.0.1", 0))?;
    let at = listener.local_addr()?;
    let (to_writer, waiting) = mpsc::channel::<Waiting>();
    let writer = thread::spawn(move || -> io::Result<u64> {
        let mut fsyncs = 0;
        while let Ok(first) = waiting.recv() {
            let mut group = vec![first];
            group.extend(waiting.try_iter());
            save(&group)?;
            fsyncs += 1;
            for (_, done) in group {
                done.send(()).map_err(io::Error::other)?;
            }
        }
        Ok(fsyncs)
    });
    let devices = pushes.len();
    let acceptor = thread::spawn(move || -> io::Result<()> {
        for stream in listener.incoming().take(devices) {
            let (stream, to_writer) = (stream?, to_writer.clone());
            thread::spawn(move || serve(stream, &to_writer));
        }
        Ok(())
    });

    let begun = now();
    thread::scope(|scope| {
        let devices: Vec<_> = pushes
            .iter()
            .map(|push| scope.spawn(move || send(at, push)))
            .collect();
        devices.into_iter().try_for_each(|device| {
            device
                .join()
                .map_err(|_| io::Error::other("a device failed"))?
        })
    })?;
    let kept = begun.elapsed();
    let handed_out: usize = over_loopback(&read()?)?;
    let observed = begun.elapsed();

    acceptor
        .join()
        .map_err(|_| io::Error::other("the acceptor failed"))??;
    let fsyncs = writer
        .join()
        .map_err(|_| io::Error::other("the writer failed"))??;
    let sent: usize = pushes.iter().flatten().map(Vec::len).sum();
    if handed_out < sent {
        return Err(io::Error::other("the floor lost something"));
    }
    Ok(Floor {
        kept,
        observed,
        fsyncs,
    })
}

fn serve(mut stream: TcpStream, to_writer: &mpsc::Sender<Waiting>) -> io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut count = [0; 4];
    reader.read_exact(&mut count)?;
    let mut changes = Vec::new();
    for _ in 0..u32::from_le_bytes(count) {
        let mut length = [0; 4];
        reader.read_exact(&mut length)?;
        let mut change = vec![0; u32::from_le_bytes(length) as usize];
        reader.read_exact(&mut change)?;
        changes.push(change);
    }
    let (done, kept) = mpsc::channel();
    to_writer.send((changes, done)).map_err(io::Error::other)?;
    kept.recv().map_err(io::Error::other)?;
    stream.write_all(b"k")
}

fn send(at: SocketAddr, push: &[Vec<u8>]) -> io::Result<()> {
    let mut stream = TcpStream::connect(at)?;
    let mut writer = BufWriter::new(stream.try_clone()?);
    writer.write_all(
        &u32::try_from(push.len())
            .map_err(io::Error::other)?
            .to_le_bytes(),
    )?;
    for change in push {
        writer.write_all(
            &u32::try_from(change.len())
                .map_err(io::Error::other)?
                .to_le_bytes(),
        )?;
        writer.write_all(change)?;
    }
    writer.flush()?;
    stream.read_exact(&mut [0])
}

/// What the observer pays: every byte once over the loopback.
fn over_loopback(chunks: &[Vec<u8>]) -> io::Result<usize> {
    let listener = TcpListener::bind(("127.0.0.1", 0))?;
    let at = listener.local_addr()?;
    thread::scope(|scope| {
        let observer = scope.spawn(move || -> io::Result<usize> {
            let mut bytes = Vec::new();
            TcpStream::connect(at)?.read_to_end(&mut bytes)
        });
        let mut stream = BufWriter::new(listener.accept()?.0);
        for chunk in chunks {
            stream.write_all(chunk)?;
        }
        stream.flush()?;
        drop(stream);
        observer
            .join()
            .map_err(|_| io::Error::other("the observer failed"))?
    })
}

#[expect(clippy::disallowed_methods, reason = "a bench measures real time")]
pub(crate) fn now() -> Instant {
    Instant::now()
}
