//! Compiles kernels for AMD GPUs that need not exist: Mesa's driver has a device that only compiles.

use ash::{Device, Entry, Instance, khr::pipeline_executable_properties, vk};
use naga::{AddressSpace, Module};
use std::ffi::CStr;

pub struct Compiler {
    device: Device,
    statistics: pipeline_executable_properties::Device,
    // The library must outlive the device.
    _instance: Instance,
    _entry: Entry,
}

/// What a kernel takes of a GPU.
#[derive(Debug, Default, Clone, Copy)]
pub struct Size {
    /// Bytes.
    pub code: u64,
    /// Vector registers of a unit.
    pub registers: u64,
    /// Registers that did not fit.
    pub spilled: u64,
    /// Groups of units that a processor runs at a time.
    pub waves: u64,
}

impl Size {
    /// The larger of each, and the fewer waves.
    pub fn largest(self, other: Self) -> Self {
        Self {
            code: self.code.max(other.code),
            registers: self.registers.max(other.registers),
            spilled: self.spilled.max(other.spilled),
            waves: if self.waves == 0 { other.waves } else { self.waves.min(other.waves) },
        }
    }
}

impl Compiler {
    /// The driver, if `RADV_FORCE_FAMILY` asks for it.
    ///
    /// # Errors
    /// When it was asked for and does not work.
    pub fn new() -> Result<Option<Self>, String> {
        if std::env::var_os("RADV_FORCE_FAMILY").is_none() {
            return Ok(None);
        }
        // SAFETY: the values live as long as the calls that read them.
        unsafe { Self::open() }.map(Some)
    }

    unsafe fn open() -> Result<Self, String> {
        let entry = unsafe { Entry::load() }.map_err(|error| error.to_string())?;
        let application = vk::ApplicationInfo::default().api_version(vk::API_VERSION_1_2);
        let create = vk::InstanceCreateInfo::default().application_info(&application);
        let instance = unsafe { entry.create_instance(&create, None) }.map_err(text)?;
        let adapters = unsafe { instance.enumerate_physical_devices() }.map_err(text)?;
        let adapter = *adapters.first().ok_or("no device")?;
        let properties = unsafe { instance.get_physical_device_properties(adapter) };
        let name = properties.device_name_as_c_str().map_err(|error| error.to_string())?;
        println!("compiled for {}", name.to_string_lossy());
        let queues = [vk::DeviceQueueCreateInfo::default().queue_priorities(&[1.0])];
        let extensions = [pipeline_executable_properties::NAME.as_ptr()];
        let mut features = vk::PhysicalDevicePipelineExecutablePropertiesFeaturesKHR::default()
            .pipeline_executable_info(true);
        let create = vk::DeviceCreateInfo::default()
            .queue_create_infos(&queues)
            .enabled_extension_names(&extensions)
            .push_next(&mut features);
        let device = unsafe { instance.create_device(adapter, &create, None) }.map_err(text)?;
        let statistics = pipeline_executable_properties::Device::new(&instance, &device);
        Ok(Self { device, statistics, _instance: instance, _entry: entry })
    }

    /// Compiles a kernel.
    ///
    /// # Errors
    /// When the driver refuses it.
    pub fn compile(&self, words: &[u32], module: &Module) -> Result<Size, String> {
        // SAFETY: the values live as long as the calls that read them, and the module was validated.
        unsafe { self.compiled(words, module) }
    }

    unsafe fn compiled(&self, words: &[u32], module: &Module) -> Result<Size, String> {
        let device = &self.device;
        let bindings = module.global_variables.iter().filter_map(|(_, variable)| {
            let kind = match variable.space {
                AddressSpace::Storage { .. } => vk::DescriptorType::STORAGE_BUFFER,
                AddressSpace::Uniform => vk::DescriptorType::UNIFORM_BUFFER,
                _ => return None,
            };
            let binding = vk::DescriptorSetLayoutBinding::default()
                .binding(variable.binding.as_ref()?.binding)
                .descriptor_type(kind)
                .descriptor_count(1)
                .stage_flags(vk::ShaderStageFlags::COMPUTE);
            Some(binding)
        });
        let bindings: Vec<_> = bindings.collect();
        let create = vk::DescriptorSetLayoutCreateInfo::default().bindings(&bindings);
        let sets = [unsafe { device.create_descriptor_set_layout(&create, None) }.map_err(text)?];
        let create = vk::PipelineLayoutCreateInfo::default().set_layouts(&sets);
        let layout = unsafe { device.create_pipeline_layout(&create, None) }.map_err(text)?;
        let create = vk::ShaderModuleCreateInfo::default().code(words);
        let shader = unsafe { device.create_shader_module(&create, None) }.map_err(text)?;
        let name = format!("{}\0", module.entry_points[0].name);
        let name = CStr::from_bytes_with_nul(name.as_bytes()).map_err(|error| error.to_string())?;
        let stage = vk::PipelineShaderStageCreateInfo::default()
            .stage(vk::ShaderStageFlags::COMPUTE)
            .module(shader)
            .name(name);
        let create = vk::ComputePipelineCreateInfo::default()
            .flags(vk::PipelineCreateFlags::CAPTURE_STATISTICS_KHR)
            .stage(stage)
            .layout(layout);
        let pipelines =
            unsafe { device.create_compute_pipelines(vk::PipelineCache::null(), &[create], None) };
        let pipeline = pipelines.map_err(|(_, error)| text(error))?[0];
        let info = vk::PipelineExecutableInfoKHR::default().pipeline(pipeline);
        let found = unsafe { self.statistics.get_pipeline_executable_statistics(&info) };
        let mut size = Size::default();
        for statistic in found.map_err(text)? {
            let name = statistic.name_as_c_str().map_err(|error| error.to_string())?;
            // SAFETY: all of these are unsigned numbers.
            let value = unsafe { statistic.value.u64 };
            match name.to_string_lossy().as_ref() {
                "Code size" => size.code = value,
                "VGPRs" => size.registers = value,
                "Spilled SGPRs" | "Spilled VGPRs" => size.spilled += value,
                "Subgroups per SIMD" => size.waves = value,
                _ => {}
            }
        }
        unsafe {
            device.destroy_pipeline(pipeline, None);
            device.destroy_shader_module(shader, None);
            device.destroy_pipeline_layout(layout, None);
            device.destroy_descriptor_set_layout(sets[0], None);
        }
        if size.code == 0 { Err("the driver tells no sizes".to_owned()) } else { Ok(size) }
    }
}

fn text(error: vk::Result) -> String {
    error.to_string()
}
