//! Why no GPU can be used: which part is missing between charnn and the card, and how to get it.
//!
//! On Linux, charnn asks the Vulkan loader (`libvulkan.so.1`), which reads manifests of drivers
//! (`icd.d/*.json`), which name the libraries that drive cards. Each can be missing.

use charnn_kernels::device::Adapter;
use charnn_message::{Message, Text, text};
use std::path::{Path, PathBuf};

/// What stands between charnn and a graphics card.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Cause {
    /// No Vulkan loader is installed.
    NoLoader,
    /// The loader finds no driver.
    NoDriver,
    /// There are drivers, such as this one, and none shows an adapter.
    SilentDriver(PathBuf),
    /// The only adapter is emulated by the CPU.
    OnlySoftware(String),
}

/// What is known of a machine without a GPU.
struct Machine {
    cause: Cause,
    /// Whether this is a container, which sees no card unless it is given one.
    container: bool,
    /// Whether there is a card from NVIDIA.
    nvidia: bool,
}

/// Why none of `adapters` is a GPU, and what to do about it. None if one is, or on systems whose graphics
/// need no installation.
pub(crate) fn missing(adapters: &[Adapter]) -> Option<Message> {
    if adapters.iter().any(|adapter| !adapter.is_software()) || !cfg!(target_os = "linux") {
        return None;
    }
    let root = Path::new("/");
    let cause = match adapters {
        [first, ..] => Cause::OnlySoftware(first.name.clone()),
        [] if !has_loader() => Cause::NoLoader,
        [] => manifests(root).into_iter().next().map_or(Cause::NoDriver, Cause::SilentDriver),
    };
    let exists = |path: &str| root.join(path).exists();
    let machine = Machine {
        cause,
        container: exists(".dockerenv") || exists("run/.containerenv"),
        nvidia: exists("proc/driver/nvidia") || exists("dev/nvidia0"),
    };
    Some(message(&machine))
}

fn message(machine: &Machine) -> Message {
    let (code, what): (_, Text) = match &machine.cause {
        Cause::NoLoader => (
            "device/no-vulkan-loader",
            text!(
                en: "no usable GPU: the Vulkan loader libvulkan.so.1 is not installed",
                zh: "未检测到可用的 GPU：没有安装 Vulkan 加载器 libvulkan.so.1"
            ),
        ),
        Cause::NoDriver => (
            "device/no-vulkan-driver",
            text!(
                en: "no usable GPU: the Vulkan loader is installed, but no driver is",
                zh: "未检测到可用的 GPU：已安装 Vulkan 加载器，但没有安装驱动"
            ),
        ),
        Cause::SilentDriver(manifest) => (
            "device/no-adapter",
            text!(
                en: "no usable GPU: a Vulkan driver is installed ({}), but it shows no adapter",
                zh: "未检测到可用的 GPU：已安装 Vulkan 驱动（{}），但它没有提供任何适配器",
                manifest.display()
            ),
        ),
        Cause::OnlySoftware(name) => (
            "device/only-software",
            text!(
                en: "no usable GPU: the only adapter, {name}, is emulated by the CPU",
                zh: "未检测到可用的 GPU：唯一的适配器 {name} 由 CPU 模拟"
            ),
        ),
    };
    let mut message = Message::new(code, what);
    for hint in hints(machine) {
        message = message.hint(hint);
    }
    message
}

fn hints(machine: &Machine) -> Vec<Text> {
    let mut hints = Vec::new();
    let packages = match (&machine.cause, machine.nvidia) {
        (Cause::NoLoader, true) => Some("libvulkan1"),
        (Cause::NoLoader, false) => Some("libvulkan1 mesa-vulkan-drivers"),
        (_, false) if !machine.container => Some("mesa-vulkan-drivers"),
        _ => None,
    };
    if let Some(packages) = packages {
        hints.push(text!(
            en: "on Debian and Ubuntu: `apt-get install {packages}`",
            zh: "在 Debian 和 Ubuntu 上：`apt-get install {packages}`"
        ));
    }
    if machine.container {
        hints.push(text!(
            en: "this is a container: start it with `--device /dev/dri` (AMD, Intel), or with `--gpus all \
                 -e NVIDIA_DRIVER_CAPABILITIES=all` (NVIDIA)",
            zh: "这是容器：启动时请加 `--device /dev/dri`（AMD、Intel），或 `--gpus all -e \
                 NVIDIA_DRIVER_CAPABILITIES=all`（NVIDIA）"
        ));
    } else if machine.nvidia && machine.cause != Cause::NoLoader {
        hints.push(text!(
            en: "install or update NVIDIA's driver with its Vulkan part; `nvidia-smi` should list the card",
            zh: "请安装或更新 NVIDIA 驱动（含 Vulkan 组件）；`nvidia-smi` 应能列出显卡"
        ));
    } else if matches!(machine.cause, Cause::SilentDriver(_)) {
        hints.push(text!(
            en: "see whether `vulkaninfo --summary` lists a card, and whether /dev/dri can be read by you \
                 (group `render`)",
            zh: "请检查 `vulkaninfo --summary` 是否列出显卡，以及您能否读取 /dev/dri（用户组 `render`）"
        ));
    }
    hints
}

/// Whether the Vulkan loader can be loaded.
fn has_loader() -> bool {
    #[cfg(target_os = "linux")]
    {
        #[expect(unsafe_code, reason = "the standard library cannot load libraries")]
        // SAFETY: the name ends in a zero byte. Vulkan's loader runs no code of its own when loaded, and
        // it stays loaded.
        unsafe {
            !libc::dlopen(c"libvulkan.so.1".as_ptr(), libc::RTLD_NOW).is_null()
        }
    }
    #[cfg(not(target_os = "linux"))]
    false
}

/// Manifests of Vulkan drivers, where the loader looks for them below `root`, but for those that
/// environment variables name.
fn manifests(root: &Path) -> Vec<PathBuf> {
    let folders = ["etc", "usr/local/etc", "usr/share", "usr/local/share"];
    let folders = folders.map(|folder| root.join(folder).join("vulkan/icd.d"));
    let files = folders.iter().filter_map(|folder| folder.read_dir().ok()).flatten().flatten();
    let mut found: Vec<PathBuf> = files.map(|entry| entry.path()).collect();
    found.retain(|path| path.extension().is_some_and(|end| end == "json"));
    found.sort();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(cause: Cause, container: bool, nvidia: bool) -> (&'static str, String) {
        let message = message(&Machine { cause, container, nvidia });
        let hints = message.hints.iter().map(|hint| hint.english.clone());
        (message.code, hints.collect::<Vec<_>>().join("\n"))
    }

    #[test]
    fn each_cause_has_its_remedy() {
        let (code, hints) = told(Cause::NoLoader, false, false);
        assert!(
            code == "device/no-vulkan-loader" && hints.contains("libvulkan1 mesa-vulkan-drivers")
        );
        let (code, hints) = told(Cause::NoDriver, false, false);
        assert!(code == "device/no-vulkan-driver" && hints.contains("install mesa-vulkan-drivers"));
        let (code, hints) = told(Cause::NoDriver, true, false);
        assert!(
            code == "device/no-vulkan-driver" && hints.contains("--device /dev/dri"),
            "{hints}"
        );
        assert!(hints.contains("--gpus all") && !hints.contains("apt-get"), "{hints}");
        let (_, hints) = told(Cause::NoDriver, false, true);
        assert!(hints.contains("nvidia-smi") && !hints.contains("mesa"), "{hints}");
        let driver = PathBuf::from("/usr/share/vulkan/icd.d/broken.json");
        let (code, hints) = told(Cause::SilentDriver(driver), false, false);
        assert!(code == "device/no-adapter" && hints.contains("vulkaninfo"), "{hints}");
    }

    #[test]
    fn manifests_are_found_where_the_loader_looks() {
        let root = tempfile::tempdir().expect("a folder");
        assert_eq!(manifests(root.path()), [] as [PathBuf; 0]);
        let folder = root.path().join("usr/share/vulkan/icd.d");
        std::fs::create_dir_all(&folder).expect("it can be made");
        for name in ["radeon.json", "readme.txt"] {
            std::fs::write(folder.join(name), "{}").expect("it can be written");
        }
        assert_eq!(manifests(root.path()), [folder.join("radeon.json")]);
    }
}
