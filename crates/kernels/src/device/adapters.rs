//! Graphics adapters, opened through wgpu: Vulkan, Metal or DirectX 12.

use super::{Adapter, AdapterKind, AdapterLimits, DeviceError, DeviceName, Obstacle, Opened, Why};
use crate::device_fault::{FIRST_ERROR, FirstError};
use burn::tensor::wgpu::{WgpuBackend, wgpu};
use burn::tensor::{Device, DeviceKind};
use std::sync::{Arc, Mutex, PoisonError};

/// The graphics APIs that compute kernels run on. OpenGL is left out: it offers the same cards
/// through an older interface.
const APIS: wgpu::Backends = wgpu::Backends::PRIMARY;

/// Launches that are recorded before they are handed to the GPU together. A step has a dozen: the GPU
/// should begin before the last is recorded.
const TASKS: usize = 8;

pub(super) fn list() -> Vec<Adapter> {
    found().iter().map(describe).collect()
}

fn found() -> Vec<wgpu::Adapter> {
    let descriptor = wgpu::InstanceDescriptor {
        backends: APIS,
        ..wgpu::InstanceDescriptor::new_without_display_handle()
    };
    pollster::block_on(wgpu::Instance::new(descriptor).enumerate_adapters(APIS))
}

fn infos() -> Vec<wgpu::AdapterInfo> {
    found().iter().map(wgpu::Adapter::get_info).collect()
}

/// Opens the adapter of a number or a name, as [`super::open_adapter`] takes it.
pub(super) fn open_named(which: &str) -> Result<Opened, DeviceError> {
    let found = infos();
    let lower = which.to_lowercase();
    let number = which.parse::<usize>().ok().filter(|number| *number < found.len());
    let named = || {
        let exact = found.iter().position(|info| info.name.to_lowercase() == lower);
        exact.or_else(|| found.iter().position(|info| info.name.to_lowercase().contains(&lower)))
    };
    let Some(number) = number.or_else(|| if lower.is_empty() { None } else { named() }) else {
        let adapters = found.into_iter().map(|info| info.name).collect();
        return Err(DeviceError::NoSuchAdapter { which: which.to_owned(), adapters });
    };
    let info = &found[number];
    // Kinds count the adapters of one API.
    let same = |other: &&wgpu::AdapterInfo| {
        other.backend == info.backend && other.device_type == info.device_type
    };
    let at = found[..number].iter().filter(same).count();
    let kind = match info.device_type {
        wgpu::DeviceType::DiscreteGpu => DeviceKind::DiscreteGpu(at),
        wgpu::DeviceType::IntegratedGpu => DeviceKind::IntegratedGpu(at),
        wgpu::DeviceType::VirtualGpu => DeviceKind::VirtualGpu(at),
        wgpu::DeviceType::Cpu if at == 0 => return open_software(),
        wgpu::DeviceType::Cpu | wgpu::DeviceType::Other => {
            let why = "burn opens adapters of this kind by no number".to_owned();
            return Err(DeviceError::NoGpu(Obstacle::Refused(why)));
        }
    };
    let api = match info.backend {
        wgpu::Backend::Vulkan => WgpuBackend::Vulkan,
        wgpu::Backend::Metal => WgpuBackend::Metal,
        wgpu::Backend::Dx12 => WgpuBackend::Dx12,
        _ => WgpuBackend::Auto,
    };
    let opened = open_kind(kind, api).map_err(DeviceError::NoGpu)?;
    Ok(Opened { why: Why::Asked, ..opened })
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
        match open_kind(kind, WgpuBackend::Auto) {
            Ok(opened) => return Ok(opened),
            Err(error) => why = error,
        }
    }
    Err(DeviceError::NoGpu(why))
}

/// Opens a software Vulkan adapter, such as llvmpipe.
pub(super) fn open_software() -> Result<Opened, DeviceError> {
    let found = infos().iter().any(|info| info.device_type == wgpu::DeviceType::Cpu);
    let opened = if found {
        open_kind(DeviceKind::Cpu, WgpuBackend::Auto)
    } else {
        Err(Obstacle::NoSoftware)
    };
    opened.map_err(DeviceError::NoSoftware)
}

/// Opens an adapter once per process: wgpu refuses to set up the same one twice.
fn open_kind(kind: DeviceKind, api: WgpuBackend) -> Result<Opened, Obstacle> {
    static OPENED: Mutex<Vec<((DeviceKind, WgpuBackend), Opened)>> = Mutex::new(Vec::new());
    let mut known = OPENED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, opened)) = known.iter().find(|(known, _)| *known == (kind.clone(), api)) {
        return Ok(opened.clone());
    }
    let options = Device::wgpu_options().device_kind(kind.clone()).graphics_api(api);
    let options = options.tasks_max(TASKS);
    let opened = options.init_with_setup();
    let (device, setup) = opened.map_err(|error| Obstacle::Refused(error.to_string()))?;
    setup.device.on_uncaptured_error(Arc::new(|error| on_error(&FIRST_ERROR, &error)));
    let adapter = describe(&setup.adapter);
    let why = if adapter.is_software() { Why::Asked } else { Why::HasGpu };
    let name = DeviceName::Adapter { name: adapter.name, api: adapter.api };
    let limits = setup.device.limits();
    let largest = limits.max_buffer_size.min(limits.max_storage_buffer_binding_size);
    let opened = Opened { device, name, why, largest_buffer: Some(largest) };
    known.push(((kind, api), opened.clone()));
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

fn describe(adapter: &wgpu::Adapter) -> Adapter {
    let (info, limits, features) = (adapter.get_info(), adapter.limits(), adapter.features());
    let kind = match info.device_type {
        wgpu::DeviceType::DiscreteGpu => AdapterKind::Discrete,
        wgpu::DeviceType::IntegratedGpu => AdapterKind::Integrated,
        wgpu::DeviceType::VirtualGpu => AdapterKind::Virtual,
        wgpu::DeviceType::Cpu => AdapterKind::Software,
        wgpu::DeviceType::Other => AdapterKind::Other,
    };
    let known = [
        (wgpu::Features::SHADER_FLOAT32_ATOMIC, "shader-float32-atomic"),
        (wgpu::Features::SHADER_INT64, "shader-int64"),
        (wgpu::Features::SHADER_F16, "shader-f16"),
        (wgpu::Features::SUBGROUP, "subgroups"),
        (wgpu::Features::TIMESTAMP_QUERY, "timestamp-query"),
    ];
    let features = known.iter().filter(|(feature, _)| features.contains(*feature));
    Adapter {
        name: info.name.clone(),
        api: format!("{:?}", info.backend),
        driver: format!("{} {}", info.driver, info.driver_info).trim().to_owned(),
        kind,
        limits: AdapterLimits {
            largest_buffer: limits.max_buffer_size.min(limits.max_storage_buffer_binding_size),
            shared_memory: limits.max_compute_workgroup_storage_size,
            units: limits.max_compute_invocations_per_workgroup,
            buffers: limits.max_storage_buffers_per_shader_stage,
            subgroups: [info.subgroup_min_size, info.subgroup_max_size],
        },
        features: features.map(|(_, name)| *name).collect(),
    }
}
