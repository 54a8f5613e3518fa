//! Graphics adapters, opened through wgpu: Vulkan, Metal or DirectX 12.

use super::{Adapter, DeviceError, DeviceName, Obstacle, Opened, Why};
use crate::device_fault::{FIRST_ERROR, FirstError};
use burn::tensor::wgpu::wgpu;
use burn::tensor::{Device, DeviceKind};
use std::sync::{Arc, Mutex, PoisonError};

/// The graphics APIs that compute kernels run on. OpenGL is left out: it offers the same cards
/// through an older interface.
const APIS: wgpu::Backends = wgpu::Backends::PRIMARY;

/// Launches that are recorded before they are handed to the GPU together. A step has a dozen: the GPU
/// should begin before the last is recorded.
const TASKS: usize = 8;

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
    // Only kinds that exist: looking for others makes drivers print warnings.
    let found = infos();
    let has = |kind| found.iter().any(|info| info.device_type == kind);
    let kinds = [
        (wgpu::DeviceType::DiscreteGpu, DeviceKind::DiscreteGpu(0)),
        (wgpu::DeviceType::IntegratedGpu, DeviceKind::IntegratedGpu(0)),
        (wgpu::DeviceType::VirtualGpu, DeviceKind::VirtualGpu(0)),
    ];
    let mut why = match &found[..] {
        [] => Obstacle::NoAdapter,
        [info, ..] => Obstacle::OnlySoftware(info.name.clone()),
    };
    for (_, kind) in kinds.into_iter().filter(|(kind, _)| has(*kind)) {
        match open_kind(kind) {
            Ok(opened) => return Ok(opened),
            Err(error) => why = error,
        }
    }
    Err(DeviceError::NoGpu(why))
}

/// Opens a software Vulkan adapter, such as llvmpipe.
pub(super) fn open_software() -> Result<Opened, DeviceError> {
    let found = infos().iter().any(|info| info.device_type == wgpu::DeviceType::Cpu);
    let opened = if found { open_kind(DeviceKind::Cpu) } else { Err(Obstacle::NoSoftware) };
    opened.map_err(DeviceError::NoSoftware)
}

/// Opens an adapter once per process: wgpu refuses to set up the same one twice.
fn open_kind(kind: DeviceKind) -> Result<Opened, Obstacle> {
    static OPENED: Mutex<Vec<(DeviceKind, Opened)>> = Mutex::new(Vec::new());
    let mut known = OPENED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, opened)) = known.iter().find(|(known, _)| *known == kind) {
        return Ok(opened.clone());
    }
    let options = Device::wgpu_options().device_kind(kind.clone()).tasks_max(TASKS);
    let opened = options.init_with_setup();
    let (device, setup) = opened.map_err(|error| Obstacle::Refused(error.to_string()))?;
    setup.device.on_uncaptured_error(Arc::new(|error| on_error(&FIRST_ERROR, &error)));
    let Adapter { name, api, software, .. } = describe(&setup.adapter.get_info());
    let name = DeviceName::Adapter { name, api };
    let why = if software { Why::Asked } else { Why::HasGpu };
    let limits = setup.device.limits();
    let largest = limits.max_buffer_size.min(limits.max_storage_buffer_binding_size);
    let opened = Opened { device, name, why, largest_buffer: Some(largest) };
    known.push((kind, opened.clone()));
    Ok(opened)
}

/// Handles an error that nothing waits for: remembers the first one, as the cause of those that follow.
///
/// After a failed allocation, the work that depends on it fails too, and reading its result returns this first error.
///
/// # Panics
/// When the first error is another than a lack of memory: charnn or its libraries asked for something
/// impossible.
fn on_error(first: &FirstError, error: &wgpu::Error) {
    let is_out_of_memory = matches!(error, wgpu::Error::OutOfMemory { .. });
    let is_first = first.record(is_out_of_memory, error.to_string());
    assert!(!is_first || is_out_of_memory, "wgpu error: {error}");
}

fn describe(info: &wgpu::AdapterInfo) -> Adapter {
    Adapter {
        name: info.name.clone(),
        api: format!("{:?}", info.backend),
        driver: format!("{} {}", info.driver, info.driver_info).trim().to_owned(),
        software: info.device_type == wgpu::DeviceType::Cpu,
    }
}
