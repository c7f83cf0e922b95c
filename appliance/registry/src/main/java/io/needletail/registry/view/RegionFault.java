package io.needletail.registry.view;

/** Why a file is not a region that can be opened, and what to do about it. */
public enum RegionFault {
    NONE("", ""),
    TOO_SHORT("the file is shorter than a region's header", "it was never formatted or was cut: start with --fresh"),
    FOREIGN("the file does not begin with a region's magic", "it is not a Needletail region: name another folder"),
    UNSUPPORTED_FORMAT("the file has another format", "open it with the version of Needletail that wrote it"),
    HEADER_DAMAGED(
            "the header's checksum does not match", "the file is damaged: start with --fresh, which discards it"),
    LENGTH("the file's length is not the one in its header", "the file was cut: start with --fresh, which discards it"),
    CAPACITIES(
            "the header's capacities are out of range", "the file is damaged: start with --fresh, which discards it"),
    OFFSETS("the header's offsets do not follow from its capacities", "the file is damaged: start with --fresh"),
    RING_DAMAGED(
            "the mutation ring does not continue at the applied position", "the file is damaged: start with --fresh"),
    SLOT_DAMAGED("a slot's checksum does not match", "the file is damaged: start with --fresh, which discards it"),
    KEY_DAMAGED("a slot's key does not match its CRC", "the file is damaged: start with --fresh, which discards it"),
    BLOCK_DAMAGED("a slab block is named twice, or does not match its CRC", "the file is damaged: start with --fresh"),
    RETRY_TABLE_DAMAGED("an entry of the retry table has no whole copy", "the file is damaged: start with --fresh"),
    REDO_DAMAGED(
            "neither copy of the line that says where recovery begins is whole",
            "the region was not made in persistent memory, or is damaged: remove its file, and it is made from the journal;"
                    + " without one start with --fresh"),
    STATE("the region's state is none that can be taken over", "it was retired or damaged: start with --fresh");

    private final String what;
    private final String remedy;

    RegionFault(String what, String remedy) {
        this.what = what;
        this.remedy = remedy;
    }

    public String what() {
        return what;
    }

    public String remedy() {
        return remedy;
    }
}
