//! Unpacks `.gz`, up to a limit: a small file can hold terabytes of zeros.

use crate::DataError;
use flate2::read::MultiGzDecoder;
use std::io::Read;

/// The content of the `.gz` file `bytes`, called `name` in errors. If there is more of it than
/// `max_bytes`, one byte more is unpacked, for the caller to see.
///
/// # Errors
/// When the file is damaged or cut before that.
pub(crate) fn unpack(name: &str, bytes: &[u8], max_bytes: u64) -> Result<Vec<u8>, DataError> {
    let mut content = Vec::new();
    let mut decoder = MultiGzDecoder::new(bytes).take(max_bytes.saturating_add(1));
    decoder.read_to_end(&mut content).map_err(|error| DataError::DamagedGzip {
        name: name.to_owned(),
        bytes: content.len() as u64,
        problem: error.to_string(),
    })?;
    Ok(content)
}
