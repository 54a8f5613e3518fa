//! How much memory this process may use, and how much it has taken. Limits of the shell and of a container
//! count besides what the machine has.

use crate::machine::memory;
use std::path::{Path, PathBuf};

/// The memory that this process may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct MemoryLimit {
    pub(crate) bytes: u64,
    pub(crate) by: LimitedBy,
}

/// What sets a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LimitedBy {
    /// The memory of the machine.
    Machine,
    /// A control group: a container, or a service.
    Cgroup,
    /// `ulimit -v`.
    Ulimit,
}

impl LimitedBy {
    /// The word in JSON.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Machine => "machine",
            Self::Cgroup => "cgroup",
            Self::Ulimit => "ulimit",
        }
    }
}

/// The lowest of all limits; `None` where the system does not tell.
pub(crate) fn memory_limit() -> Option<MemoryLimit> {
    let limit = |by| move |bytes| MemoryLimit { bytes, by };
    let groups = std::fs::read_to_string("/proc/self/cgroup").unwrap_or_default();
    let limits = [
        memory().map(limit(LimitedBy::Machine)),
        of_cgroups(&groups, Path::new("/sys/fs/cgroup")).map(limit(LimitedBy::Cgroup)),
        of_address_space().map(limit(LimitedBy::Ulimit)),
    ];
    limits.into_iter().flatten().min_by_key(|limit| limit.bytes)
}

/// The lowest limit of the control groups that `groups` lists, as `/proc/self/cgroup` does, and of
/// those above them. They are mounted at `root`: version 2 directly, version 1 below `memory`.
fn of_cgroups(groups: &str, root: &Path) -> Option<u64> {
    let limits = groups.lines().filter_map(|line| {
        let mut fields = line.splitn(3, ':').skip(1);
        let (controllers, group) = (fields.next()?, fields.next()?);
        let (mount, file) = if controllers.is_empty() {
            (root.to_owned(), "memory.max")
        } else if controllers.split(',').any(|controller| controller == "memory") {
            (root.join("memory"), "memory.limit_in_bytes")
        } else {
            return None;
        };
        // A container sees its own group at the mount, and perhaps the host's path to it.
        let mut folder: PathBuf = mount.join(group.trim_start_matches('/'));
        let mut lowest = None;
        loop {
            let read = std::fs::read_to_string(folder.join(file)).ok();
            let bytes = read.and_then(|text| text.trim().parse::<u64>().ok()); // or "max"
            lowest = [lowest, bytes].into_iter().flatten().min();
            if folder == mount || !folder.pop() {
                return lowest;
            }
        }
    });
    limits.min()
}

/// What `ulimit -v` leaves for memory: it also counts addresses that are reserved and not used.
fn of_address_space() -> Option<u64> {
    #[cfg(unix)]
    {
        let mut limit = libc::rlimit { rlim_cur: libc::RLIM_INFINITY, rlim_max: 0 };
        #[expect(unsafe_code, reason = "the standard library offers no safe way")]
        // SAFETY: `getrlimit` fills a place that has room for it.
        let found = unsafe { libc::getrlimit(libc::RLIMIT_AS, &raw mut limit) } == 0;
        if !found || limit.rlim_cur == libc::RLIM_INFINITY {
            return None;
        }
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        let bytes = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name))?;
            Some(1024 * line.split_whitespace().next()?.parse::<u64>().ok()?)
        };
        let (all, resident) = (bytes("VmSize:").unwrap_or(0), bytes("VmRSS:").unwrap_or(0));
        Some(limit.rlim_cur.saturating_sub(all.saturating_sub(resident)))
    }
    #[cfg(not(unix))]
    None
}

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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot continue should stop")]

    use super::*;

    fn write(root: &Path, path: &str, text: &str) {
        let path = root.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    #[test]
    fn the_lowest_limit_of_a_group_and_those_above_it_counts() {
        let root = tempfile::tempdir().unwrap();
        let root = root.path();
        write(root, "user/memory.max", "3000\n");
        write(root, "user/shell/memory.max", "max\n");
        write(root, "user/shell/job/memory.max", "5000\n");
        assert_eq!(of_cgroups("0::/user/shell/job\n", root), Some(3000));
        assert_eq!(of_cgroups("0::/\n", root), None);
        // In a container, the file is at the mount.
        write(root, "memory.max", "2000\n");
        assert_eq!(of_cgroups("0::/\n", root), Some(2000));
    }

    #[test]
    fn version_1_has_a_folder_for_memory() {
        let root = tempfile::tempdir().unwrap();
        let root = root.path();
        let groups = "5:cpu,cpuacct:/docker/ab\n4:memory:/docker/ab\n1:name=systemd:/\n";
        write(root, "cpu/docker/ab/memory.limit_in_bytes", "1\n");
        assert_eq!(of_cgroups(groups, root), None);
        // The host's path is not visible in the container.
        write(root, "memory/memory.limit_in_bytes", "7000\n");
        assert_eq!(of_cgroups(groups, root), Some(7000));
        write(root, "memory/docker/ab/memory.limit_in_bytes", "6000\n");
        assert_eq!(of_cgroups(groups, root), Some(6000));
    }
}
