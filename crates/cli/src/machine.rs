//! What the machine has: memory, and how much of it this process has taken.

/// The most memory that this process has held at once, in bytes; `None` where the system does not
/// say.
pub(crate) fn peak_memory() -> Option<u64> {
    #[cfg(unix)]
    {
        let mut usage = std::mem::MaybeUninit::<libc::rusage>::zeroed();
        #[expect(unsafe_code, reason = "the standard library has no word for it")]
        // SAFETY: `getrusage` fills a place that has room for it; zeros are a value of that type.
        let usage = unsafe {
            if libc::getrusage(libc::RUSAGE_SELF, usage.as_mut_ptr()) != 0 {
                return None;
            }
            usage.assume_init()
        };
        // Kilobytes, but on Apple's systems bytes.
        let unit = if cfg!(target_vendor = "apple") { 1 } else { 1024 };
        Some(u64::try_from(usage.ru_maxrss).ok()? * unit)
    }
    #[cfg(not(unix))]
    None
}

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
