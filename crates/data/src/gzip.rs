//! Unpacks `.gz`, up to a limit: a small file can hold terabytes of zeros.

use crate::DataError;
use flate2::read::MultiGzDecoder;
use std::io::Read;

/// The content of the `.gz` file `bytes`, called `name` in errors.
///
/// # Errors
/// When the content is longer than `max_bytes`, or the file is damaged or cut.
pub(crate) fn unpack(name: &str, bytes: &[u8], max_bytes: u64) -> Result<Vec<u8>, DataError> {
    let mut content = Vec::new();
    let mut decoder = MultiGzDecoder::new(bytes).take(max_bytes.saturating_add(1));
    decoder.read_to_end(&mut content).map_err(|error| DataError::DamagedGzip {
        name: name.to_owned(),
        bytes: content.len() as u64,
        problem: error.to_string(),
    })?;
    if content.len() as u64 > max_bytes {
        return Err(DataError::TooLarge { name: name.to_owned(), max_bytes });
    }
    Ok(content)
}
