//! A mistake on purpose, which Khronos' validation layer must report: two writes without a barrier between them.

use ash::{Entry, vk};

/// Records the two writes on the first device.
///
/// # Errors
/// When Vulkan does not work.
pub fn record() -> Result<(), String> {
    // SAFETY: the values live as long as the calls that read them; nothing is submitted.
    unsafe { recorded() }.map_err(|error| error.to_string())
}

unsafe fn recorded() -> Result<(), Box<dyn std::error::Error>> {
    let entry = unsafe { Entry::load() }?;
    let application = vk::ApplicationInfo::default().api_version(vk::API_VERSION_1_2);
    let create = vk::InstanceCreateInfo::default().application_info(&application);
    let instance = unsafe { entry.create_instance(&create, None) }?;
    let adapter = *unsafe { instance.enumerate_physical_devices() }?.first().ok_or("no device")?;
    let queues = [vk::DeviceQueueCreateInfo::default().queue_priorities(&[1.0])];
    let create = vk::DeviceCreateInfo::default().queue_create_infos(&queues);
    let device = unsafe { instance.create_device(adapter, &create, None) }?;
    let create = vk::BufferCreateInfo::default().size(64).usage(vk::BufferUsageFlags::TRANSFER_DST);
    let buffer = unsafe { device.create_buffer(&create, None) }?;
    let needs = unsafe { device.get_buffer_memory_requirements(buffer) };
    let create = vk::MemoryAllocateInfo::default()
        .allocation_size(needs.size)
        .memory_type_index(needs.memory_type_bits.trailing_zeros());
    let memory = unsafe { device.allocate_memory(&create, None) }?;
    unsafe { device.bind_buffer_memory(buffer, memory, 0) }?;
    let pool = unsafe { device.create_command_pool(&vk::CommandPoolCreateInfo::default(), None) }?;
    let create =
        vk::CommandBufferAllocateInfo::default().command_pool(pool).command_buffer_count(1);
    let commands = unsafe { device.allocate_command_buffers(&create) }?[0];
    unsafe {
        device.begin_command_buffer(commands, &vk::CommandBufferBeginInfo::default())?;
        device.cmd_fill_buffer(commands, buffer, 0, 64, 1);
        device.cmd_fill_buffer(commands, buffer, 0, 64, 2);
        device.end_command_buffer(commands)?;
        device.destroy_command_pool(pool, None);
        device.destroy_buffer(buffer, None);
        device.free_memory(memory, None);
        device.destroy_device(None);
        instance.destroy_instance(None);
    }
    Ok(())
}
