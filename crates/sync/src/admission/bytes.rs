//! Numbers and runs out of bytes that nobody vouches for. Nothing in here
//! panics, and nothing takes more memory than the limit it is given.

/// What is left to read.
#[derive(Clone, Copy)]
pub(super) struct Reader<'a>(pub(super) &'a [u8]);

impl<'a> Reader<'a> {
    pub(super) fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    pub(super) fn uleb(&mut self) -> Option<u64> {
        let mut value = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            let bits = u64::from(byte & 0x7f);
            if bits << shift >> shift != bits {
                return None;
            }
            value |= bits << shift;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }

    pub(super) fn sleb(&mut self) -> Option<i64> {
        let mut value = 0_i128;
        for shift in (0..70).step_by(7) {
            let byte = self.byte()?;
            value |= i128::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                if byte & 0x40 != 0 {
                    value -= 1_i128 << (shift + 7);
                }
                return i64::try_from(value).ok();
            }
        }
        None
    }

    /// A count, and then that many bytes.
    pub(super) fn prefixed(&mut self) -> Option<&'a [u8]> {
        let length = self.size()?;
        self.take(length)
    }

    pub(super) fn text(&mut self) -> Option<&'a str> {
        std::str::from_utf8(self.prefixed()?).ok()
    }

    pub(super) fn size(&mut self) -> Option<usize> {
        usize::try_from(self.uleb()?).ok()
    }

    fn byte(&mut self) -> Option<u8> {
        self.take(1).map(|byte| byte[0])
    }
}

/// A run-length column: at most `limit` values, absent ones among them.
pub(super) fn runs<'a, T: Copy>(
    column: &'a [u8],
    limit: usize,
    read: impl Fn(&mut Reader<'a>) -> Option<T>,
) -> Option<Vec<Option<T>>> {
    let mut rest = Reader(column);
    let mut values = Vec::new();
    while !rest.0.is_empty() {
        let count = rest.sleb()?;
        let (times, literal) = match count {
            0 => (rest.size()?, false),
            count => (usize::try_from(count.unsigned_abs()).ok()?, count < 0),
        };
        if times == 0 || times > limit - values.len() {
            return None;
        }
        if literal {
            for _ in 0..times {
                values.push(Some(read(&mut rest)?));
            }
        } else {
            let value = if count == 0 {
                None
            } else {
                Some(read(&mut rest)?)
            };
            values.resize(values.len() + times, value);
        }
    }
    Some(values)
}

/// A column of differences, added up.
pub(super) fn deltas(column: &[u8], limit: usize) -> Option<Vec<Option<u64>>> {
    let mut at = 0_i64;
    runs(column, limit, Reader::sleb)?
        .into_iter()
        .map(|step| match step {
            None => Some(None),
            Some(step) => {
                at = at.checked_add(step)?;
                u64::try_from(at).ok().map(Some)
            }
        })
        .collect()
}

/// Whether a column of yes and no has at most `limit` of them, all no.
pub(super) fn all_no(column: &[u8], limit: usize) -> bool {
    let mut rest = Reader(column);
    let no = rest.size();
    column.is_empty() || (rest.0.is_empty() && no.is_some_and(|no| no <= limit))
}
