//! The framing of the protocols: where a request and a reply end. The proxy needs to know nothing
//! else.

/// The protocol of a connection.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Protocol {
    /// RESP: Redis, Valkey.
    Redis,
    /// Memcached: the meta commands and `get`. A list of commands begins and ends with `mn`.
    Memcached,
    /// PostgreSQL, version 3, once a session has begun.
    Postgres,
}

/// Whether these bytes are a complete request.
pub(super) fn is_whole_request(protocol: Protocol, bytes: &[u8]) -> bool {
    match protocol {
        Protocol::Redis => value_end(bytes) == Some(bytes.len()),
        Protocol::Memcached if bytes.starts_with(b"mn\r\n") => is_list(bytes, b"mn\r\n"),
        Protocol::Memcached => line_end(bytes, b"ms ", 2) == Some(bytes.len()),
        // what the server answers: Sync, or a simple query
        Protocol::Postgres => ends_with(bytes, b"SQ"),
    }
}

/// Whether these bytes are a complete reply.
pub(super) fn is_whole_reply(protocol: Protocol, bytes: &[u8]) -> bool {
    match protocol {
        Protocol::Redis => value_end(bytes) == Some(bytes.len()),
        Protocol::Memcached if bytes.starts_with(b"MN\r\n") => is_list(bytes, b"MN\r\n"),
        Protocol::Memcached => values_end(bytes) == Some(bytes.len()),
        // ReadyForQuery
        Protocol::Postgres => ends_with(bytes, b"Z"),
    }
}

/// Whether a list is complete that begins and ends with the same line.
fn is_list(bytes: &[u8], line: &[u8]) -> bool {
    bytes.len() > line.len() && bytes.ends_with(&[b"\r\n", line].concat())
        || bytes == [line, line].concat()
}

/// The end of the line at the start of these bytes, and of the data after it if the line begins so:
/// its length is the word at a position.
fn line_end(bytes: &[u8], begins: &[u8], position: usize) -> Option<usize> {
    let end = bytes.windows(2).position(|pair| pair == b"\r\n")? + 2;
    if !bytes.starts_with(begins) {
        return Some(end);
    }
    let line = std::str::from_utf8(&bytes[..end - 2]).ok()?;
    let length: usize = line.split(' ').nth(position)?.parse().ok()?;
    let end = end + length + 2;
    (end <= bytes.len()).then_some(end)
}

/// The end of a reply of Memcached: a line, a value, or values up to `END`.
fn values_end(bytes: &[u8]) -> Option<usize> {
    let mut at = 0;
    while bytes[at..].starts_with(b"VALUE ") {
        at += line_end(&bytes[at..], b"VALUE ", 3)?;
    }
    Some(at + line_end(&bytes[at..], b"VA ", 1)?)
}

/// The deepest nesting of a reply.
const DEEPEST: usize = 16;

/// The end of the RESP value at the start of these bytes; `None`: it is incomplete.
pub(super) fn value_end(bytes: &[u8]) -> Option<usize> {
    resp_end(bytes, 0)
}

fn resp_end(bytes: &[u8], depth: usize) -> Option<usize> {
    let line_end = bytes.windows(2).position(|pair| pair == b"\r\n")? + 2;
    let number = || std::str::from_utf8(&bytes[1..line_end - 2]).ok()?.parse::<i64>().ok();
    match bytes[0] {
        b'$' => match number()? {
            ..0 => Some(line_end),
            length => {
                let end = line_end + usize::try_from(length).ok()? + 2;
                (end <= bytes.len()).then_some(end)
            }
        },
        b'*' if depth < DEEPEST => {
            let mut end = line_end;
            for _ in 0..number()?.max(0) {
                end += resp_end(bytes.get(end..)?, depth + 1)?;
            }
            Some(end)
        }
        _ => Some(line_end),
    }
}

/// Whether these bytes are complete messages of PostgreSQL, the last one of one of these kinds.
fn ends_with(bytes: &[u8], kinds: &[u8]) -> bool {
    let mut rest = bytes;
    let mut last = None;
    while let Some((&kind, after)) = rest.split_first() {
        let Some(length) = after.first_chunk::<4>() else { return false };
        let Some(next) = after.get(u32::from_be_bytes(*length) as usize..) else { return false };
        (last, rest) = (Some(kind), next);
    }
    last.is_some_and(|kind| kinds.contains(&kind))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reply_is_whole_with_its_last_byte_and_not_before() {
        let row = b"D\0\0\0\x0b\0\x01\0\0\0\x015";
        let ready = b"Z\0\0\0\x05I";
        let answers: [(Protocol, Vec<u8>); 12] = [
            (Protocol::Memcached, b"HD\r\n".to_vec()),
            (Protocol::Memcached, b"VA 4 t5\r\na\r\nb\r\n".to_vec()),
            (Protocol::Memcached, b"VALUE k 0 2\r\n12\r\nVALUE l 0 0\r\n\r\nEND\r\n".to_vec()),
            (Protocol::Memcached, b"MN\r\nMN\r\n".to_vec()),
            (Protocol::Memcached, b"MN\r\nNS\r\nMN\r\n".to_vec()),
            (Protocol::Redis, b"+OK\r\n".to_vec()),
            (Protocol::Redis, b"-ERR no\r\n".to_vec()),
            (Protocol::Redis, b"$-1\r\n".to_vec()),
            (Protocol::Redis, b"$6\r\na\r\nb\r\n\r\n".to_vec()),
            (Protocol::Redis, b"*2\r\n$1\r\na\r\n*1\r\n:12\r\n".to_vec()),
            (Protocol::Postgres, ready.to_vec()),
            (Protocol::Postgres, [&row[..], ready].concat()),
        ];
        for (protocol, bytes) in answers {
            for cut in 0..bytes.len() {
                let is_row = protocol == Protocol::Postgres && cut == row.len();
                assert!(
                    !is_whole_reply(protocol, &bytes[..cut]),
                    "{bytes:?} cut at {cut} {is_row}"
                );
            }
            assert!(is_whole_reply(protocol, &bytes), "{bytes:?}");
        }
    }
}
