// needs: root
// Raw, ping and packet sockets over lo: what they hear of echo, UDP and TCP, what is filled in, filters of packets.
#define _GNU_SOURCE
#include "lib/check.h"
#include <arpa/inet.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/icmp6.h>
#include <netinet/ip.h>
#include <netinet/ip_icmp.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

static unsigned char got[70000];

static uint16_t sum(const void *at, int n, uint32_t s)
{
    const unsigned char *p = at;
    for (; n > 1; n -= 2, p += 2)
        s += p[0] << 8 | p[1];
    if (n)
        s += p[0] << 8;
    while (s >> 16)
        s = (s & 0xffff) + (s >> 16);
    return ~s;
}

static void result(const char *what, long r)
{
    printf("%s: %ld %s\n", what, r, r < 0 ? strerrorname_np(errno) : "");
}

static struct sockaddr_in local(int port)
{
    return (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
}

static long take(int fd, int wait)
{
    struct pollfd p = {fd, POLLIN, 0};
    return poll(&p, 1, wait) == 1 ? recv(fd, got, sizeof got, 0) : -1;
}

static void raw_echo(void)
{
    struct sockaddr_in to = local(0), from;
    socklen_t size = sizeof from;
    int fd = socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);
    struct icmp_filter { uint32_t bits; } filter = {1u << ICMP_ECHO};
    REQUIRE(fd >= 0);
    printf("ICMP_FILTER %d\n", setsockopt(fd, SOL_RAW, 1, &filter, sizeof filter));
    unsigned char ask[16] = {ICMP_ECHO, 0, 0, 0, 0x12, 0x34, 0, 1, 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'};
    uint16_t s = htons(sum(ask, sizeof ask, 0));
    memcpy(ask + 2, &s, 2);
    printf("sent %zd\n", sendto(fd, ask, sizeof ask, 0, (void *)&to, sizeof to));
    long n = recvfrom(fd, got, sizeof got, 0, (void *)&from, &size);
    struct ip *head = (void *)got;
    printf("heard %ld: version %d ihl %d tos %d len %d ttl %d proto %d, sum %d, from %s:%d, type %d, sum %d, \"%.8s\"\n", n, head->ip_v, head->ip_hl,
        head->ip_tos, ntohs(head->ip_len), head->ip_ttl, head->ip_p, sum(got, 20, 0), inet_ntoa(from.sin_addr), ntohs(from.sin_port), got[20],
        sum(got + 20, n - 20, 0), got + 28);
    close(fd);
}

static void raw_echo6(void)
{
    struct sockaddr_in6 to = {.sin6_family = AF_INET6, .sin6_addr = in6addr_loopback};
    int fd = socket(AF_INET6, SOCK_RAW, IPPROTO_ICMPV6), offset = 2;
    struct icmp6_filter filter;
    ICMP6_FILTER_SETBLOCKALL(&filter);
    ICMP6_FILTER_SETPASS(ICMP6_ECHO_REPLY, &filter);
    REQUIRE(fd >= 0);
    printf("ICMP6_FILTER %d\n", setsockopt(fd, IPPROTO_ICMPV6, ICMP6_FILTER, &filter, sizeof filter));
    result("IPV6_CHECKSUM", setsockopt(fd, IPPROTO_IPV6, IPV6_CHECKSUM, &offset, sizeof offset));
    unsigned char ask[12] = {ICMP6_ECHO_REQUEST, 0, 0, 0, 0x43, 0x21, 0, 7, 'w', 'x', 'y', 'z'};
    printf("sent %zd\n", sendto(fd, ask, sizeof ask, 0, (void *)&to, sizeof to));
    long n = take(fd, 2000);
    printf("heard %ld: type %d id %02x%02x seq %d \"%.4s\"\n", n, got[0], got[4], got[5], got[7], got + 8);
    close(fd);
}

static void whole_packets(void)
{
    struct sockaddr_in to = local(0), named = local(40123);
    int fd = socket(AF_INET, SOCK_RAW, IPPROTO_RAW), udp = socket(AF_INET, SOCK_DGRAM, 0), on;
    socklen_t size = sizeof on;
    REQUIRE(fd >= 0 && bind(udp, (void *)&named, sizeof named) == 0);
    REQUIRE(getsockopt(fd, IPPROTO_IP, IP_HDRINCL, &on, &size) == 0);
    printf("IP_HDRINCL %d\n", on);
    unsigned char packet[20 + 8 + 5] = {0x45, 0, 0, 0, 0, 0, 0, 0, 33, IPPROTO_UDP, 0, 0, 0, 0, 0, 0, 127, 0, 0, 1, 0x12, 0x67, 40123 >> 8, 40123 & 255, 0, 13, 0, 0};
    memcpy(packet + 28, "hello", 5);
    printf("sent %zd\n", sendto(fd, packet, sizeof packet, 0, (void *)&to, sizeof to));
    struct sockaddr_in from;
    size = sizeof from;
    long n = recvfrom(udp, got, sizeof got, 0, (void *)&from, &size);
    printf("heard %ld \"%.5s\" from %s:%d\n", n, got, inet_ntoa(from.sin_addr), ntohs(from.sin_port));
    result("too short", sendto(fd, packet, 10, 0, (void *)&to, sizeof to));
    printf("heard by it: %ld\n", take(fd, 0));
    close(fd), close(udp);
}

static void link_names(void)
{
    struct sockaddr_in to = local(40124);
    struct sockaddr_ll at = {.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_IP), .sll_ifindex = if_nametoindex("lo")}, from;
    int raw = socket(AF_PACKET, SOCK_RAW, 0), cooked = socket(AF_PACKET, SOCK_DGRAM, 0), all = socket(AF_PACKET, SOCK_DGRAM, 0);
    int udp = socket(AF_INET, SOCK_DGRAM, 0), on = 1;
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_B | BPF_ABS, SKF_NET_OFF + 9), BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, IPPROTO_UDP, 0, 4),
        BPF_STMT(BPF_LDX | BPF_B | BPF_MSH, 14), BPF_STMT(BPF_LD | BPF_H | BPF_IND, 14 + 2),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 40124, 0, 1), BPF_STMT(BPF_RET | BPF_K, 60), BPF_STMT(BPF_RET | BPF_K, 0)};
    struct sock_fprog filter = {7, code};
    socklen_t size = sizeof from;
    REQUIRE(raw >= 0 && cooked >= 0 && all >= 0 && bind(udp, (void *)&to, sizeof to) == 0);
    printf("filter %d\n", setsockopt(raw, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof filter));
    code[2].k = 0, code[3].k = 2;
    printf("filter %d\n", setsockopt(cooked, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof filter));
    printf("filter %d\n", setsockopt(all, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof filter));
    REQUIRE(setsockopt(raw, SOL_PACKET, PACKET_AUXDATA, &on, sizeof on) == 0);
    result("bind", bind(raw, (void *)&at, sizeof at));
    result("bind", bind(cooked, (void *)&at, sizeof at));
    at.sll_ifindex = 4711;
    result("bind", bind(all, (void *)&at, sizeof at));
    at.sll_protocol = htons(ETH_P_ALL);
    at.sll_ifindex = if_nametoindex("lo");
    result("bind", bind(all, (void *)&at, sizeof at));
    memset(got, 'q', 100);
    REQUIRE(sendto(udp, got, 100, 0, (void *)&to, sizeof to) == 100);

    char control[128];
    struct iovec part = {got, sizeof got};
    struct msghdr message = {.msg_name = &from, .msg_namelen = sizeof from, .msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
    long n = recvmsg(raw, &message, MSG_TRUNC);
    struct tpacket_auxdata *aux = (void *)CMSG_DATA(CMSG_FIRSTHDR(&message));
    printf("raw %ld: ether %02x%02x, ip %02x, proto %d, from proto %#x hatype %d type %d halen %d; len %u snaplen %u mac %u net %u\n", n, got[12], got[13],
        got[14], got[23], ntohs(from.sll_protocol), from.sll_hatype, from.sll_pkttype, from.sll_halen, aux->tp_len, aux->tp_snaplen, aux->tp_mac, aux->tp_net);
    n = recvfrom(cooked, got, sizeof got, 0, (void *)&from, &size);
    printf("cooked %ld: ip %02x proto %d type %d\n", n, got[0], got[9], from.sll_pkttype);
    for (int i = 0; i < 2; i++) {
        size = sizeof from;
        n = recvfrom(all, got, sizeof got, 0, (void *)&from, &size);
        printf("all %ld: type %d\n", n, from.sll_pkttype);
    }
    struct tpacket_stats statistics;
    size = sizeof statistics;
    REQUIRE(getsockopt(raw, SOL_PACKET, PACKET_STATISTICS, &statistics, &size) == 0);
    printf("statistics %u %u, %u\n", statistics.tp_packets, statistics.tp_drops, size);
    result("detach", setsockopt(raw, SOL_SOCKET, SO_DETACH_FILTER, &on, sizeof on));
    result("detach", setsockopt(raw, SOL_SOCKET, SO_DETACH_FILTER, &on, sizeof on));
    close(raw), close(cooked), close(all), close(udp);
}

// The flags and lengths of a connection, as a packet socket sees them come in; acknowledgements alone come when they like.
static void handshake(void)
{
    struct sockaddr_in to = local(40125);
    struct sockaddr_ll at = {.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_IP), .sll_ifindex = if_nametoindex("lo")};
    int all = socket(AF_PACKET, SOCK_DGRAM, 0), listener = socket(AF_INET, SOCK_STREAM, 0), client = socket(AF_INET, SOCK_STREAM, 0), on = 1;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    REQUIRE(bind(all, (void *)&at, sizeof at) == 0 && bind(listener, (void *)&to, sizeof to) == 0 && listen(listener, 1) == 0);
    REQUIRE(connect(client, (void *)&to, sizeof to) == 0);
    int end = accept(listener, 0, 0);
    REQUIRE(send(client, "hello, world", 12, 0) == 12 && recv(end, got, 100, 0) == 12 && send(end, "well", 4, 0) == 4 && recv(client, got, 100, 0) == 4);
    close(client);
    REQUIRE(recv(end, got, 100, 0) == 0);
    close(end), close(listener);
    uint32_t first[2] = {0, 0};
    for (long n; (n = take(all, 300)) > 0;) {
        struct ip *head = (void *)got;
        struct tcphdr *tcp = (void *)(got + 20);
        if (head->ip_p != IPPROTO_TCP || (ntohs(tcp->dest) != 40125 && ntohs(tcp->source) != 40125))
            continue;
        int back = ntohs(tcp->source) == 40125;
        int data = n - 20 - tcp->doff * 4;
        if (tcp->syn)
            first[back] = ntohl(tcp->seq);
        else if (data == 0 && !tcp->fin)
            continue;
        printf("%s syn %d fin %d rst %d psh %d ack %d data %d seq %u ack %u options %d\n", back ? "back" : "there", tcp->syn, tcp->fin, tcp->rst, tcp->psh, tcp->ack, data,
            ntohl(tcp->seq) - first[back], tcp->ack ? ntohl(tcp->ack_seq) - first[!back] : 0, tcp->doff);
    }
    close(all);
}

static void refusals(void)
{
    result("no protocol", socket(AF_INET, SOCK_RAW, 0));
    result("no such protocol", socket(AF_INET, SOCK_RAW, 300));
    result("no stream of packets", socket(AF_PACKET, SOCK_STREAM, 0));
    REQUIRE(setresuid(1234, 1234, 1234) == 0);
    result("raw", socket(AF_INET, SOCK_RAW, IPPROTO_ICMP));
    result("raw", socket(AF_INET6, SOCK_RAW, IPPROTO_ICMPV6));
    result("packets", socket(AF_PACKET, SOCK_RAW, htons(ETH_P_ALL)));
}

int main(void)
{
    raw_echo();
    raw_echo6();
    whole_packets();
    link_names();
    handshake();
    refusals();
    return 0;
}
