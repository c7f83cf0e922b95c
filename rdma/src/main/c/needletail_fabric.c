/*
 * A thin shim over libfabric. Its operations are inline functions over tables of pointers, which no foreign-function interface can
 * reach; here each is one symbol. Memory of an endpoint is taken once, when it is opened: an operation allocates nothing.
 *
 * libfabric is loaded by nt_fabric_load and not by the linker, because its parts put handlers of their own behind signals that a JVM
 * lives by (libpsm's backtraces when it is loaded, shm's cleaning up when it begins): the first null that the JVM meets would end it.
 * What may do so is done between keep_signals and put_signals_back.
 *
 * Every function answers 0 or a count, else a negative errno of libfabric. An endpoint belongs to one thread.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <rdma/fabric.h>
#include <rdma/fi_cm.h>
#include <rdma/fi_domain.h>
#include <rdma/fi_endpoint.h>
#include <rdma/fi_errno.h>
#include <rdma/fi_rma.h>

#define API FI_VERSION(1, 17)
#define TEXT 64
#define PATH 256
#define BATCH 16
#define MOST_PARTS 8
#define MODES (FI_MR_VIRT_ADDR | FI_MR_ALLOCATED | FI_MR_PROV_KEY | FI_MR_LOCAL)

enum { OPERATION_NONE = 0, OPERATION_WRITE = 1, OPERATION_READ = 2 };

/* What an open fabric is; FabricLayouts in Java. */
struct nt_description {
    char provider[TEXT];
    char fabric[TEXT];
    char domain[TEXT];
    char library[PATH];
    uint64_t inject_length;
    uint64_t most_length;
    uint64_t most_parts;
    uint32_t registration_mode;
    uint32_t version;
    uint32_t progress_by_target;
    uint32_t key_length;
};

/* One operation that came to an end; FabricLayouts in Java. */
struct nt_completion {
    uint64_t context;
    int32_t operation;
    int32_t error;
};

/* What others need to reach a registered region; FabricLayouts in Java. */
struct nt_region_place {
    uint64_t address;
    uint64_t key;
};

/* One of the places that an operation reads: offsets from what is given with it; FabricLayouts in Java. */
struct nt_read_part {
    uint64_t into;
    uint64_t from;
    uint64_t length;
};

struct nt_fabric {
    struct fi_info *info;
    struct fid_fabric *fabric;
    struct fid_domain *domain;
};

struct nt_region {
    struct fid_mr *registration;
    void *descriptor;
};

/* libfabric keeps what it likes in the first member until the operation has come to its end. */
struct operation {
    struct fi_context2 keep;
    uint64_t context;
    int32_t kind;
    uint32_t index;
};

struct nt_endpoint {
    struct fid_ep *endpoint;
    struct fid_av *addresses;
    struct fid_cq *completions;
    struct operation *operations;
    uint32_t *unused;
    uint32_t unused_count;
    uint32_t window;
    int32_t failed;
    uint64_t unexpected;
};

/* Those of libfabric's functions that are symbols. */
static struct {
    int (*getinfo)(uint32_t, const char *, const char *, uint64_t, const struct fi_info *, struct fi_info **);
    void (*freeinfo)(struct fi_info *);
    struct fi_info *(*dupinfo)(const struct fi_info *);
    int (*fabric)(struct fi_fabric_attr *, struct fid_fabric **, void *);
    uint32_t (*version)(void);
    const char *(*strerror)(int);
} libfabric;

static const int SIGNALS[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGTRAP, SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2};
enum { SIGNAL_COUNT = sizeof SIGNALS / sizeof *SIGNALS };

static void keep_signals(struct sigaction *kept) {
    for (int i = 0; i < SIGNAL_COUNT; i++) sigaction(SIGNALS[i], NULL, &kept[i]);
}

static void put_signals_back(const struct sigaction *kept) {
    for (int i = 0; i < SIGNAL_COUNT; i++) sigaction(SIGNALS[i], &kept[i], NULL);
}

static int find(void *library, const char *name, void *into) {
    void *found = dlsym(library, name);
    memcpy(into, &found, sizeof found);
    return found != NULL;
}

/* Once, before all else. NULL, or why it cannot be. */
const char *nt_fabric_load(void) {
    struct sigaction kept[SIGNAL_COUNT];
    setenv("HFI_NO_BACKTRACE", "1", 0);
    setenv("IPATH_NO_BACKTRACE", "1", 0);
    keep_signals(kept);
    void *library = dlopen("libfabric.so.1", RTLD_NOW | RTLD_LOCAL);
    put_signals_back(kept);
    if (!library) return dlerror();
    int all = find(library, "fi_getinfo", &libfabric.getinfo) && find(library, "fi_freeinfo", &libfabric.freeinfo)
            && find(library, "fi_dupinfo", &libfabric.dupinfo) && find(library, "fi_fabric", &libfabric.fabric)
            && find(library, "fi_version", &libfabric.version) && find(library, "fi_strerror", &libfabric.strerror);
    return all ? NULL : "libfabric.so.1 lacks a function";
}

static int is_named(const char *provider, const char *begin) { return !strncmp(provider, begin, strlen(begin)); }

static struct fi_info *hints_of(const char *provider) {
    struct fi_info *hints = libfabric.dupinfo(NULL);
    if (!hints) return NULL;
    hints->caps = FI_MSG | FI_RMA | FI_READ | FI_WRITE | FI_REMOTE_READ | FI_REMOTE_WRITE;
    hints->mode = FI_CONTEXT | FI_CONTEXT2;
    hints->ep_attr->type = FI_EP_RDM;
    hints->domain_attr->mr_mode = MODES;
    hints->domain_attr->data_progress = FI_PROGRESS_MANUAL;
    hints->domain_attr->threading = FI_THREAD_SAFE; /* each endpoint has a thread, and regions come and go beside them */
    if (provider && *provider) hints->fabric_attr->prov_name = strdup(provider);
    return hints;
}

/* Names of providers that can do what is asked for, in libfabric's order, a line each, without those that are for debugging. */
int nt_fabric_providers(char *names, uint64_t length) {
    struct fi_info *hints = hints_of(NULL), *found = NULL;
    if (!hints || !length) return -FI_ENOMEM;
    names[0] = 0;
    struct sigaction kept[SIGNAL_COUNT];
    keep_signals(kept);
    int result = libfabric.getinfo(API, NULL, NULL, 0, hints, &found);
    put_signals_back(kept);
    for (struct fi_info *one = found; !result && one; one = one->next) {
        const char *name = one->fabric_attr->prov_name;
        size_t used = strlen(names), needed = strlen(name) + 2;
        char line[TEXT + 2];
        if (needed > sizeof line || used + needed > length) continue;
        strcat(strcpy(line, name), "\n");
        char *there = strstr(names, line);
        if (!there || (there != names && there[-1] != '\n')) strcat(names, line);
    }
    if (found) libfabric.freeinfo(found);
    libfabric.freeinfo(hints);
    return result == -FI_ENODATA ? 0 : result;
}

/* node: the local address to be reached at, of providers over IP; NULL or empty for the provider's choice. */
int nt_fabric_open(const char *provider, const char *node, struct nt_fabric **opened) {
    struct nt_fabric *fabric = calloc(1, sizeof *fabric);
    struct fi_info *hints = hints_of(provider);
    int named = node && *node && (is_named(provider, "tcp") || is_named(provider, "udp") || is_named(provider, "verbs"));
    struct sigaction kept[SIGNAL_COUNT];
    keep_signals(kept);
    int result = !fabric || !hints ? -FI_ENOMEM
            : libfabric.getinfo(API, named ? node : NULL, NULL, named ? FI_SOURCE : 0, hints, &fabric->info);
    if (hints) libfabric.freeinfo(hints);
    if (!result) result = libfabric.fabric(fabric->info->fabric_attr, &fabric->fabric, NULL);
    if (!result) result = fi_domain(fabric->fabric, fabric->info, &fabric->domain, NULL);
    put_signals_back(kept);
    if (result && fabric) {
        if (fabric->fabric) fi_close(&fabric->fabric->fid);
        if (fabric->info) libfabric.freeinfo(fabric->info);
        free(fabric);
        fabric = NULL;
    }
    *opened = fabric;
    return result;
}

static void copy_text(char *into, size_t length, const char *text) {
    strncpy(into, text ? text : "", length - 1);
    into[length - 1] = 0;
}

void nt_fabric_describe(const struct nt_fabric *fabric, struct nt_description *description) {
    Dl_info library;
    memset(description, 0, sizeof *description);
    copy_text(description->provider, TEXT, fabric->info->fabric_attr->prov_name);
    copy_text(description->fabric, TEXT, fabric->info->fabric_attr->name);
    copy_text(description->domain, TEXT, fabric->info->domain_attr->name);
    if (dladdr((void *) (uintptr_t) libfabric.getinfo, &library)) copy_text(description->library, PATH, library.dli_fname);
    description->inject_length = fabric->info->tx_attr->inject_size;
    description->most_length = fabric->info->ep_attr->max_msg_size;
    description->registration_mode = (uint32_t) fabric->info->domain_attr->mr_mode;
    description->version = libfabric.version();
    description->progress_by_target = !is_named(description->provider, "verbs"); /* libfabric says what it was asked for */
    description->key_length = (uint32_t) fabric->info->domain_attr->mr_key_size;
    size_t parts = fabric->info->tx_attr->rma_iov_limit;
    if (parts > fabric->info->tx_attr->iov_limit) parts = fabric->info->tx_attr->iov_limit;
    description->most_parts = parts < 1 ? 1 : parts > MOST_PARTS ? MOST_PARTS : parts;
}

int nt_fabric_close(struct nt_fabric *fabric) {
    int result = fi_close(&fabric->domain->fid);
    if (result) return result; /* something of it is still open */
    fi_close(&fabric->fabric->fid);
    libfabric.freeinfo(fabric->info);
    free(fabric);
    return 0;
}

/* access: 1 for what others may read, 2 for what they may write. key: a fresh one, for providers that let the application choose. */
int nt_region_open(struct nt_fabric *fabric, void *memory, uint64_t length, uint32_t access, uint64_t key,
        struct nt_region **opened, struct nt_region_place *place) {
    struct nt_region *region = calloc(1, sizeof *region);
    uint64_t rights = FI_READ | FI_WRITE | (access & 1 ? FI_REMOTE_READ : 0) | (access & 2 ? FI_REMOTE_WRITE : 0);
    int mode = fabric->info->domain_attr->mr_mode;
    *opened = NULL;
    if (!region) return -FI_ENOMEM;
    if (fabric->info->domain_attr->mr_key_size < sizeof key) key &= (1ULL << 8 * fabric->info->domain_attr->mr_key_size) - 1;
    int result = fi_mr_reg(fabric->domain, memory, length, rights, 0, mode & FI_MR_PROV_KEY ? 0 : key, 0,
            &region->registration, NULL);
    if (result) {
        free(region);
        return result;
    }
    region->descriptor = fi_mr_desc(region->registration);
    place->address = mode & FI_MR_VIRT_ADDR ? (uint64_t) (uintptr_t) memory : 0;
    place->key = fi_mr_key(region->registration);
    *opened = region;
    return 0;
}

int nt_region_close(struct nt_region *region) {
    int result = fi_close(&region->registration->fid);
    if (!result) free(region);
    return result;
}

/* What could not be closed may still be used by libfabric: then all of it stays. */
static int discard(struct nt_endpoint *endpoint) {
    int result = endpoint->endpoint ? fi_close(&endpoint->endpoint->fid) : 0;
    if (!result) endpoint->endpoint = NULL;
    if (!result && endpoint->completions) result = fi_close(&endpoint->completions->fid);
    if (!result) endpoint->completions = NULL;
    if (!result && endpoint->addresses) result = fi_close(&endpoint->addresses->fid);
    if (!result) {
        free(endpoint->operations);
        free(endpoint->unused);
        free(endpoint);
    }
    return result;
}

int nt_endpoint_open(struct nt_fabric *fabric, uint32_t window, struct nt_endpoint **opened) {
    struct fi_av_attr by_table = {.type = FI_AV_UNSPEC};
    struct fi_cq_attr by_context = {.format = FI_CQ_FORMAT_CONTEXT, .size = window};
    struct nt_endpoint *endpoint = calloc(1, sizeof *endpoint);
    *opened = NULL;
    if (!endpoint) return -FI_ENOMEM;
    endpoint->operations = calloc(window, sizeof *endpoint->operations);
    endpoint->unused = calloc(window, sizeof *endpoint->unused);
    endpoint->window = window;
    struct sigaction kept[SIGNAL_COUNT];
    keep_signals(kept);
    int result = endpoint->operations && endpoint->unused ? 0 : -FI_ENOMEM;
    for (uint32_t i = 0; !result && i < window; i++) {
        endpoint->operations[i].index = i;
        endpoint->unused[endpoint->unused_count++] = window - 1 - i;
    }
    if (!result) result = fi_av_open(fabric->domain, &by_table, &endpoint->addresses, NULL);
    if (!result) result = fi_cq_open(fabric->domain, &by_context, &endpoint->completions, NULL);
    if (!result) result = fi_endpoint(fabric->domain, fabric->info, &endpoint->endpoint, NULL);
    if (!result) result = fi_ep_bind(endpoint->endpoint, &endpoint->addresses->fid, 0);
    if (!result) result = fi_ep_bind(endpoint->endpoint, &endpoint->completions->fid, FI_TRANSMIT | FI_RECV);
    if (!result) result = fi_enable(endpoint->endpoint);
    put_signals_back(kept);
    if (result) discard(endpoint);
    else *opened = endpoint;
    return result;
}

/* Its address for others; answers how many bytes it has. */
int64_t nt_endpoint_address(struct nt_endpoint *endpoint, void *address, uint64_t length) {
    size_t has = length;
    int result = fi_getname(&endpoint->endpoint->fid, address, &has);
    return result ? result : (int64_t) has;
}

int nt_endpoint_connect(struct nt_endpoint *endpoint, const void *address, uint64_t *peer) {
    fi_addr_t found = FI_ADDR_UNSPEC;
    int added = fi_av_insert(endpoint->addresses, address, 1, &found, 0, NULL);
    *peer = found;
    return added == 1 ? 0 : added < 0 ? added : -FI_EINVAL;
}

int nt_endpoint_close(struct nt_endpoint *endpoint) {
    return discard(endpoint);
}

static struct operation *take(struct nt_endpoint *endpoint, int32_t kind, uint64_t context) {
    if (!endpoint->unused_count) return NULL;
    struct operation *operation = &endpoint->operations[endpoint->unused[--endpoint->unused_count]];
    operation->kind = kind;
    operation->context = context;
    return operation;
}

static void give_back(struct nt_endpoint *endpoint, struct operation *operation) {
    operation->kind = OPERATION_NONE;
    endpoint->unused[endpoint->unused_count++] = operation->index;
}

/* -FI_EAGAIN when the window is full or the provider is: poll, and try again. */
int64_t nt_write(struct nt_endpoint *endpoint, const void *from, uint64_t length, const struct nt_region *region, uint64_t peer,
        uint64_t address, uint64_t key, uint64_t context) {
    if (endpoint->failed) return -endpoint->failed;
    struct operation *operation = take(endpoint, OPERATION_WRITE, context);
    if (!operation) return -FI_EAGAIN;
    ssize_t result = fi_write(endpoint->endpoint, from, length, region->descriptor, peer, address, key, operation);
    if (result) give_back(endpoint, operation);
    return result;
}

int64_t nt_read(struct nt_endpoint *endpoint, void *into, uint64_t length, const struct nt_region *region, uint64_t peer,
        uint64_t address, uint64_t key, uint64_t context) {
    if (endpoint->failed) return -endpoint->failed;
    struct operation *operation = take(endpoint, OPERATION_READ, context);
    if (!operation) return -FI_EAGAIN;
    ssize_t result = fi_read(endpoint->endpoint, into, length, region->descriptor, peer, address, key, operation);
    if (result) give_back(endpoint, operation);
    return result;
}

/* The same of several places with one key, by one operation. */
int64_t nt_read_parts(struct nt_endpoint *endpoint, const struct nt_read_part *parts, uint64_t count, char *into,
        const struct nt_region *region, uint64_t peer, uint64_t address, uint64_t key, uint64_t context) {
    if (endpoint->failed) return -endpoint->failed;
    if (count > MOST_PARTS) return -FI_EINVAL;
    struct operation *operation = take(endpoint, OPERATION_READ, context);
    if (!operation) return -FI_EAGAIN;
    struct iovec local[MOST_PARTS];
    void *descriptors[MOST_PARTS];
    struct fi_rma_iov remote[MOST_PARTS];
    for (uint64_t i = 0; i < count; i++) {
        local[i] = (struct iovec){.iov_base = into + parts[i].into, .iov_len = parts[i].length};
        descriptors[i] = region->descriptor;
        remote[i] = (struct fi_rma_iov){.addr = address + parts[i].from, .len = parts[i].length, .key = key};
    }
    struct fi_msg_rma message = {.msg_iov = local, .desc = descriptors, .iov_count = count, .addr = peer,
            .rma_iov = remote, .rma_iov_count = count, .context = operation};
    ssize_t result = fi_readmsg(endpoint->endpoint, &message, FI_COMPLETION);
    if (result) give_back(endpoint, operation);
    return result;
}

/* One that was ended before is not ended again; answers whether this one was. */
static int end(struct nt_endpoint *endpoint, struct operation *operation, int32_t error, struct nt_completion *completion) {
    if (operation->kind == OPERATION_NONE) {
        endpoint->unexpected++;
        return 0;
    }
    completion->context = operation->context;
    completion->operation = operation->kind;
    completion->error = error;
    give_back(endpoint, operation);
    return 1;
}

/* Everything that is under way ends with the endpoint's own error; then that is the answer. */
static int64_t end_all(struct nt_endpoint *endpoint, struct nt_completion *completions, uint64_t most) {
    uint64_t count = 0;
    for (uint32_t i = 0; i < endpoint->window && count < most; i++) {
        if (endpoint->operations[i].kind != OPERATION_NONE) {
            count += (uint64_t) end(endpoint, &endpoint->operations[i], endpoint->failed, completions + count);
        }
    }
    return count ? (int64_t) count : -endpoint->failed;
}

/*
 * Moves everything on, of peers that reach for this memory too; answers how many operations came to an end. An error of which libfabric
 * does not say the operation, as shm and rxm have it, can be any one's: it is the endpoint's.
 */
int64_t nt_poll(struct nt_endpoint *endpoint, struct nt_completion *completions, uint64_t most) {
    struct fi_cq_entry entries[BATCH];
    if (!most) return 0;
    if (endpoint->failed) return end_all(endpoint, completions, most);
    ssize_t count = fi_cq_read(endpoint->completions, entries, most < BATCH ? most : BATCH);
    if (count == -FI_EAGAIN) return 0;
    if (count == -FI_EAVAIL) {
        struct fi_cq_err_entry failed = {0};
        ssize_t read = fi_cq_readerr(endpoint->completions, &failed, 0);
        if (read == -FI_EAGAIN) return 0;
        if (read < 0) return read;
        int32_t error = failed.err ? abs(failed.err) : FI_EOTHER;
        if (failed.op_context) return end(endpoint, failed.op_context, error, completions);
        endpoint->failed = error;
        return end_all(endpoint, completions, most);
    }
    int64_t ended = 0;
    for (ssize_t i = 0; i < count; i++) ended += end(endpoint, entries[i].op_context, 0, completions + ended);
    return count < 0 ? count : ended;
}

/* Completions of operations that had come to their end before. */
uint64_t nt_endpoint_unexpected(const struct nt_endpoint *endpoint) { return endpoint->unexpected; }

uint32_t nt_endpoint_in_flight(const struct nt_endpoint *endpoint) { return endpoint->window - endpoint->unused_count; }

const char *nt_fabric_error(int32_t error) { return libfabric.strerror(error < 0 ? -error : error); }
