//! Graphics adapters, opened through wgpu: Vulkan, Metal or DirectX 12.

use super::{Adapter, DeviceError, Opened};
use burn::tensor::wgpu::wgpu;
use burn::tensor::{Device, DeviceKind};
use std::sync::{Mutex, PoisonError};

/// The graphics APIs that compute kernels run on. OpenGL is left out: it is the same cards,
/// seen through an older door.
const APIS: wgpu::Backends = wgpu::Backends::PRIMARY;

pub(super) fn list() -> Vec<Adapter> {
    infos().iter().map(describe).collect()
}

fn infos() -> Vec<wgpu::AdapterInfo> {
    let descriptor = wgpu::InstanceDescriptor {
        backends: APIS,
        ..wgpu::InstanceDescriptor::new_without_display_handle()
    };
    let found = wgpu::Instance::new(descriptor).enumerate_adapters(APIS);
    pollster::block_on(found).iter().map(wgpu::Adapter::get_info).collect()
}

/// Opens the first real GPU: discrete before integrated before virtual.
pub(super) fn open_gpu() -> Result<Opened, DeviceError> {
    // Only kinds that are there: looking for others makes drivers talk.
    let found = infos();
    let has = |kind| found.iter().any(|info| info.device_type == kind);
    let kinds = [
        (wgpu::DeviceType::DiscreteGpu, DeviceKind::DiscreteGpu(0)),
        (wgpu::DeviceType::IntegratedGpu, DeviceKind::IntegratedGpu(0)),
        (wgpu::DeviceType::VirtualGpu, DeviceKind::VirtualGpu(0)),
    ];
    let mut why = match &found[..] {
        [] => "the machine shows no graphics adapter".to_owned(),
        [info, ..] => format!("the only graphics adapter is software, {}", info.name),
    };
    for (_, kind) in kinds.into_iter().filter(|(kind, _)| has(*kind)) {
        match open_kind(kind) {
            Ok(opened) => return Ok(opened),
            Err(error) => why = error,
        }
    }
    Err(DeviceError::Unavailable { wanted: "GPU", why })
}

/// Opens a software Vulkan adapter, such as llvmpipe.
pub(super) fn open_software() -> Result<Opened, DeviceError> {
    let found = infos().iter().any(|info| info.device_type == wgpu::DeviceType::Cpu);
    let opened = if found { open_kind(DeviceKind::Cpu) } else { Err("there is none".to_owned()) };
    opened.map_err(|why| DeviceError::Unavailable {
        wanted: "software Vulkan adapter",
        why: format!("{why}; on Debian, apt-get install mesa-vulkan-drivers brings one"),
    })
}

/// Opens an adapter once per process: wgpu refuses to set up the same one twice.
fn open_kind(kind: DeviceKind) -> Result<Opened, String> {
    static OPENED: Mutex<Vec<(DeviceKind, Opened)>> = Mutex::new(Vec::new());
    let mut known = OPENED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, opened)) = known.iter().find(|(known, _)| *known == kind) {
        return Ok(opened.clone());
    }
    let options = Device::wgpu_options().device_kind(kind.clone());
    let (device, setup) = options.init_with_setup().map_err(|error| error.to_string())?;
    let adapter = describe(&setup.adapter.get_info());
    let name = format!("{} ({})", adapter.name, adapter.api);
    let why = if adapter.software { "as asked for" } else { "the machine has a GPU" }.to_owned();
    let limits = setup.device.limits();
    let largest = limits.max_buffer_size.min(limits.max_storage_buffer_binding_size);
    let opened = Opened { device, name, why, largest_buffer: Some(largest) };
    known.push((kind, opened.clone()));
    Ok(opened)
}

fn describe(info: &wgpu::AdapterInfo) -> Adapter {
    Adapter {
        name: info.name.clone(),
        api: format!("{:?}", info.backend),
        driver: format!("{} {}", info.driver, info.driver_info).trim().to_owned(),
        software: info.device_type == wgpu::DeviceType::Cpu,
    }
}
