//! A plain HTTP/1.1 client that counts every byte, heads included.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// One TCP connection to a server, kept alive between calls.
pub(crate) struct Line {
    reader: BufReader<Counted>,
    at: SocketAddr,
}

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Vec<u8>,
}

/// How much went over a line.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct Traffic {
    pub(crate) up: u64,
    pub(crate) down: u64,
    pub(crate) round_trips: u64,
}

struct Counted {
    stream: TcpStream,
    traffic: Traffic,
}

impl Line {
    pub(crate) fn connect(at: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect_timeout(&at, Duration::from_secs(5))?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(60)))?;
        Ok(Self {
            reader: BufReader::new(Counted {
                stream,
                traffic: Traffic::default(),
            }),
            at,
        })
    }

    pub(crate) fn traffic(&self) -> Traffic {
        self.reader.get_ref().traffic
    }

    /// Whether the server has hung up.
    pub(crate) fn is_over(&self) -> bool {
        let stream = &self.reader.get_ref().stream;
        let looked = stream
            .set_nonblocking(true)
            .and_then(|()| stream.peek(&mut [0]));
        let is_open = matches!(&looked, Err(error) if error.kind() == io::ErrorKind::WouldBlock);
        !is_open || stream.set_nonblocking(false).is_err()
    }

    pub(crate) fn post(
        &mut self,
        path: &str,
        token: Option<&str>,
        body: &[u8],
    ) -> io::Result<Answer> {
        self.call("POST", path, token, body)
    }

    pub(crate) fn get(&mut self, path: &str, token: Option<&str>) -> io::Result<Answer> {
        self.call("GET", path, token, &[])
    }

    fn call(
        &mut self,
        method: &str,
        path: &str,
        token: Option<&str>,
        body: &[u8],
    ) -> io::Result<Answer> {
        let mut request = format!("{method} {path} HTTP/1.1\r\nhost: {}\r\n", self.at);
        if let Some(token) = token {
            request.push_str(&format!("authorization: Bearer {token}\r\n"));
        }
        if method == "POST" {
            request.push_str(&format!(
                "content-type: application/x-protobuf\r\ncontent-length: {}\r\n",
                body.len()
            ));
        }
        request.push_str("\r\n");
        let mut bytes = request.into_bytes();
        bytes.extend_from_slice(body);
        let counted = self.reader.get_mut();
        counted.stream.write_all(&bytes)?;
        counted.traffic.up += bytes.len() as u64;
        counted.traffic.round_trips += 1;
        self.answer()
    }

    fn answer(&mut self) -> io::Result<Answer> {
        let status = self
            .line()?
            .split(' ')
            .nth(1)
            .and_then(|code| code.parse().ok())
            .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "no status line"))?;
        let (mut length, mut chunked) = (None, false);
        loop {
            let head = self.line()?.to_ascii_lowercase();
            if head.is_empty() {
                break;
            }
            if let Some(value) = head.strip_prefix("content-length:") {
                length = value.trim().parse::<usize>().ok();
            }
            chunked |= head.starts_with("transfer-encoding:") && head.contains("chunked");
        }
        let mut body = Vec::new();
        if chunked {
            loop {
                let size = usize::from_str_radix(self.line()?.trim(), 16)
                    .map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "no chunk size"))?;
                let start = body.len();
                body.resize(start + size, 0);
                self.reader.read_exact(&mut body[start..])?;
                self.line()?;
                if size == 0 {
                    break;
                }
            }
        } else {
            body.resize(length.unwrap_or(0), 0);
            self.reader.read_exact(&mut body)?;
        }
        Ok(Answer { status, body })
    }

    fn line(&mut self) -> io::Result<String> {
        let mut line = String::new();
        if self.reader.read_line(&mut line)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(line.trim_end().to_owned())
    }
}

impl Read for Counted {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = self.stream.read(into)?;
        self.traffic.down += count as u64;
        Ok(count)
    }
}
