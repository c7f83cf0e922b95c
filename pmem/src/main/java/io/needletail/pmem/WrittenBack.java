package io.needletail.pmem;

import io.needletail.memory.LineWriteBack;

/** Lines that the processor writes back. */
record WrittenBack(LineWriteBack instruction, boolean isEmulated) implements PersistentMemory {
    @Override
    public void flush(long address, long lengthBytes) {
        instruction.writeBack(address, lengthBytes);
    }

    @Override
    public void fence() {
        instruction.fence();
    }
}
