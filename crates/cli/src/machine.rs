//! What the machine has.

/// The memory of the machine, in bytes; `None` where the system does not say.
pub(crate) fn memory() -> Option<u64> {
    #[cfg(unix)]
    {
        #[expect(unsafe_code, reason = "the standard library has no word for it")]
        // SAFETY: `sysconf` takes any number.
        let (pages, size) =
            unsafe { (libc::sysconf(libc::_SC_PHYS_PAGES), libc::sysconf(libc::_SC_PAGESIZE)) };
        Some(u64::try_from(pages).ok()? * u64::try_from(size).ok()?)
    }
    #[cfg(not(unix))]
    None
}
