// needs: root
// Rings of blocks of packets, TPACKET_V3: how packets lie in them, when blocks are given over, and what is lost. packet(7).
#include "lib/check.h"
#include <arpa/inet.h>
#include <linux/filter.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/socket.h>

enum { BlockSize = 8192, Blocks = 3, Port = 31997 };

static char *ring;
static int from, to;

static void post(int count, int size)
{
    char data[2000] = "";
    struct sockaddr_in there = {.sin_family = AF_INET, .sin_port = htons(Port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    for (int i = 0; i < count; i++)
        REQUIRE(sendto(from, data, size, 0, (void *)&there, sizeof there) == size);
    while (recv(to, data, sizeof data, MSG_DONTWAIT) >= 0)
        continue;
}

static void show(int number)
{
    struct tpacket_block_desc *block = (void *)(ring + number * BlockSize);
    struct tpacket_hdr_v1 *head = &block->hdr.bh1;
    if (!head->block_status) {
        printf("block %d: the kernel's\n", number);
        return;
    }
    printf("block %d: version %d private %d status %x packets %d first %d length %d sequence %lld\n", number, block->version,
           block->offset_to_priv, head->block_status, head->num_pkts, head->offset_to_first_pkt, head->blk_len, (long long)head->seq_num);
    struct tpacket3_hdr *packet = (void *)((char *)block + head->offset_to_first_pkt);
    for (unsigned i = 0; i < head->num_pkts; i++) {
        struct sockaddr_ll *name = (void *)((char *)packet + TPACKET_ALIGN(sizeof *packet));
        unsigned known = packet->tp_status & ~(TP_STATUS_CSUMNOTREADY | TP_STATUS_CSUM_VALID);
        printf("  next %d kept %d of %d status %x mac %d net %d time %d from %d %x %d ip %d\n", packet->tp_next_offset, packet->tp_snaplen, packet->tp_len,
               known, packet->tp_mac, packet->tp_net, packet->tp_sec > 1000000000, name->sll_family, ntohs(name->sll_protocol), name->sll_ifindex,
               ((unsigned char *)packet)[packet->tp_net] >> 4);
        packet = (void *)((char *)packet + packet->tp_next_offset);
    }
}

static void give_back(int number)
{
    __atomic_store_n(&((struct tpacket_block_desc *)(ring + number * BlockSize))->hdr.bh1.block_status, TP_STATUS_KERNEL, __ATOMIC_SEQ_CST);
}

static void statistics(int fd)
{
    struct tpacket_stats_v3 all;
    socklen_t size = sizeof all;
    REQUIRE(getsockopt(fd, SOL_PACKET, PACKET_STATISTICS, &all, &size) == 0);
    printf("%d bytes: packets %d drops %d freezes %d\n", size, all.tp_packets, all.tp_drops, all.tp_freeze_q_cnt);
}

int main(void)
{
    int fd = socket(AF_PACKET, SOCK_RAW, 0), version = TPACKET_V3, asked = TPACKET_V3;
    socklen_t size = sizeof asked;
    REQUIRE(fd >= 0);
    SHOW(getsockopt(fd, SOL_PACKET, PACKET_HDRLEN, &asked, &size));
    printf("head %d\n", asked);
    SHOW(setsockopt(fd, SOL_PACKET, PACKET_VERSION, &version, sizeof version));
    // UDP over IPv4 to the port.
    struct sock_filter code[] = {{0x30, 0, 0, 23}, {0x15, 0, 3, 17}, {0x28, 0, 0, 36}, {0x15, 0, 1, Port}, {6, 0, 0, 0x40000}, {6, 0, 0, 0}};
    struct sock_fprog filter = {6, code};
    REQUIRE(setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof filter) == 0);
    struct tpacket_req3 wanted = {BlockSize, Blocks, 2048, 12, 1000, 0, 0}, bad = wanted;
    bad.tp_frame_nr = 11;
    SHOW(setsockopt(fd, SOL_PACKET, PACKET_RX_RING, &bad, sizeof bad));
    SHOW(setsockopt(fd, SOL_PACKET, PACKET_RX_RING, &wanted, 16));
    SHOW(setsockopt(fd, SOL_PACKET, PACKET_RX_RING, &wanted, sizeof wanted));
    SHOW(setsockopt(fd, SOL_PACKET, PACKET_VERSION, &version, sizeof version));
    ring = mmap(NULL, BlockSize * Blocks, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    REQUIRE(ring != MAP_FAILED);
    struct sockaddr_ll lo = {.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_IP), .sll_ifindex = if_nametoindex("lo")};
    struct sockaddr_in own = {.sin_family = AF_INET, .sin_port = htons(Port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    from = socket(AF_INET, SOCK_DGRAM, 0), to = socket(AF_INET, SOCK_DGRAM, 0);
    REQUIRE(bind(to, (void *)&own, sizeof own) == 0);
    SHOW(bind(fd, (void *)&lo, sizeof lo));
    struct pollfd wait = {fd, POLLIN, 0};
    printf("poll %d\n", poll(&wait, 1, 0));

    // Three at once are given over when their time is over.
    post(3, 100);
    printf("poll %d\n", poll(&wait, 1, 10000));
    printf("events %x\n", wait.revents);
    show(0), show(1);
    give_back(0);
    statistics(fd);

    // More than there is room for.
    post(40, 1000);
    for (int i = 0; i < Blocks; i++)
        show(i);
    statistics(fd);
    for (int i = 0; i < Blocks; i++)
        give_back(i);
    post(1, 1500);
    printf("poll %d\n", poll(&wait, 1, 10000));
    show(1);
    statistics(fd);
    return 0;
}
