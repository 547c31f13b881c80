/* SPDX-License-Identifier: BSD-3-Clause */
/* test_bondctl.c - the commands of bondctl against the server of a fake daemon. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "api_dial.h"

#define WORDS 12
#define TURN  BOND_MSEC /* ns: the daemon's turns while the client runs */

static char out[1 << 16], err[1 << 12];
static const char *out_file; /* where the output goes instead; NULL: into out */

static void
exec_client(const char *words, int out_fd, int err_fd)
{
	char copy[200],
		*argv[WORDS + 4] = {"bondctl", "-s", (char *)(uintptr_t)dial_d->socket_path};
	char *rest = copy;
	int n = 3;

	snprintf(copy, sizeof(copy), "%s", words);
	while (n < WORDS + 3 && (argv[n] = strsep(&rest, " ")))
		n += *argv[n] ? 1 : 0;
	argv[n] = NULL;
	dup2(out_file ? open(out_file, O_WRONLY) : out_fd, STDOUT_FILENO);
	dup2(err_fd, STDERR_FILENO);
	execv(BONDCTL, argv);
	_exit(127);
}

static void
drain(int fd, char *text, size_t size)
{
	const size_t len = strlen(text);
	const ssize_t n = read(fd, text + len, size - 1 - len);

	if (n > 0)
		text[len + (size_t)n] = '\0';
}

/* Run bondctl with these words while the daemon turns. @param until stop it once out holds this */
static int
bondctl_until(const char *words, const char *until)
{
	int o[2], e[2], status = -1;
	pid_t pid;

	out[0] = err[0] = '\0';
	assert_int_equal(pipe2(o, O_NONBLOCK | O_CLOEXEC), 0);
	assert_int_equal(pipe2(e, O_NONBLOCK | O_CLOEXEC), 0);
	pid = fork();
	if (pid == 0)
		exec_client(words, o[1], e[1]);
	while (waitpid(pid, &status, WNOHANG) == 0) {
		loop_turn(&dial_d->loop, TURN);
		api_tick(dial_d->api, loop_now());
		drain(o[0], out, sizeof(out));
		if (until && strstr(out, until))
			kill(pid, SIGTERM);
	}
	drain(o[0], out, sizeof(out));
	drain(e[0], err, sizeof(err));
	for (int i = 0; i < 2; i++) {
		close(o[i]);
		close(e[i]);
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static int
bondctl(const char *words)
{
	return bondctl_until(words, NULL);
}

static void
list_prints_names(void **state)
{
	(void)state;
	assert_int_equal(bondctl("list"), 0);
	assert_string_equal(out, "bond0\nbond1\n");
	assert_int_equal(bondctl("-j list"), 0);
	assert_string_equal(out, "[\"bond0\",\"bond1\"]\n");
	assert_string_equal(err, "");
}

static const char shown[] = "Ethernet Channel Bonding Driver: v" BONDD_VERSION "\n"
			    "\n"
			    "Bonding Mode: fault-tolerance (active-backup)\n"
			    "Primary Slave: None\n"
			    "Currently Active Slave: eth1\n"
			    "MII Status: up\n"
			    "MII Polling Interval (ms): 100\n"
			    "Up Delay (ms): 0\n"
			    "Down Delay (ms): 0\n"
			    "Peer Notification Delay (ms): 0\n"
			    "\n"
			    "Slave Interface: eth1\n"
			    "MII Status: up\n"
			    "Speed: 10000 Mbps\n"
			    "Duplex: full\n"
			    "Link Failure Count: 0\n"
			    "Permanent HW addr: 02:00:00:00:01:00\n"
			    "Slave queue ID: 0\n"
			    "\n"
			    "Slave Interface: eth2\n"
			    "MII Status: up\n"
			    "Speed: 10000 Mbps\n"
			    "Duplex: full\n"
			    "Link Failure Count: 0\n"
			    "Permanent HW addr: 02:00:00:00:01:01\n"
			    "Slave queue ID: 0\n";

static void
show_prints_the_layout_of_linux(void **state)
{
	(void)state;
	assert_int_equal(bondctl("show bond0"), 0);
	assert_string_equal(out, shown);
	assert_int_equal(bondctl("show"), 0); /* two bonds: which is which must be said */
	assert_int_equal(strncmp(out, "==> bond0 <==\n", 14), 0);
	assert_int_equal(strncmp(out + 14, shown, strlen(shown)), 0);
	assert_non_null(strstr(out, "\n\n==> bond1 <==\nEthernet Channel Bonding Driver: v"));
	assert_int_equal(bondctl("-j show bond1"), 0);
	assert_non_null(strstr(out, "{\"name\":\"bond1\",\"mode\":\"balance-rr\","));
}

static void
show_gives_the_systems_and_pdus_of_lacp_to_root_alone(void **state)
{
	(void)state;
	fake_bondd_add_lacp(dial_d);
	assert_int_equal(bondctl("show bond2"), 0);
	assert_non_null(strstr(out, "\n\n802.3ad info\nLACP active: on\nLACP rate: slow\n"));
	assert_non_null(strstr(out, "Aggregator ID: 1\nActor Churn State: none\n"));
	assert_int_equal(strstr(out, "\nSystem priority: 65535\n") != NULL, geteuid() == 0);
	assert_int_equal(strstr(out, "\n    port state: 61\n") != NULL, geteuid() == 0);
}

static void
show_lists_the_clients_of_balance_alb(void **state)
{
	(void)state;
	assert_int_equal(bondctl("show --clients bond0"), 0);
	assert_string_equal(out, "bond0: mode active-backup has no clients\n");
	fake_bondd_add_alb(dial_d);
	assert_int_equal(bondctl("show bond2 --clients"), 0);
	assert_int_equal(strncmp(out, "bond2: 1 clients\n  client ", 25), 0);
	assert_non_null(strstr(out, "\n  10.0.0.2 "));
	assert_non_null(strstr(out, "  10.0.0.1 "));
	assert_non_null(strstr(out, "  02:00:00:00:00:02  eth3"));
	assert_int_equal(bondctl("show --clients"), 0); /* of all bonds */
	assert_non_null(strstr(out, "bond1: mode balance-rr has no clients\n"));
}

static void
lacp_explains_each_port(void **state)
{
	(void)state;
	assert_int_equal(bondctl("lacp"), 1);
	assert_string_equal(err, "bondctl: no bond runs LACP: none has mode 802.3ad\n");
	assert_int_equal(bondctl("-j lacp"), 0);
	assert_string_equal(out, "[]\n");
	assert_int_equal(bondctl("lacp bond0"), 1);
	assert_string_equal(err, "bondctl: bond0: mode active-backup does not run LACP, only "
				 "802.3ad does\n");
	fake_bondd_add_lacp(dial_d);
	assert_int_equal(bondctl("lacp bond2"), 0);
	assert_non_null(strstr(out, "\n  eth3: carries data\n"));
	assert_non_null(strstr(out, "\n  eth4: no LACP partner answers\n"));
	assert_int_equal(bondctl("lacp"), 0);
	assert_int_equal(strncmp(out, "bond2: own system 65535,02:00:00:00:01:00", 41), 0);
	assert_null(strstr(out, "bond0"));
	assert_int_equal(bondctl("-j lacp"), 0);
	assert_int_equal(strncmp(out, "[{\"name\":\"bond2\",\"lacp\":{", 25), 0);
}

static void
activate_acts_or_says_why_not(void **state)
{
	(void)state;
	assert_int_equal(bondctl("activate bond0 eth2"), 0);
	assert_string_equal(out, "");
	assert_int_equal(dial_d->bond[0]->core.active, 1);
	assert_int_equal(bondctl("activate bond0 eth9"), 1);
	assert_string_equal(err, "bondctl: bond0 has no member \"eth9\"; did you mean \"eth1\"?\n");
	assert_int_equal(bondctl("-j activate bond9 eth1"), 1);
	assert_string_equal(out, "{\"code\":-19,\"message\":\"there is no bond \\\"bond9\\\"; did "
				 "you mean \\\"bond0\\\"?\"}\n");
}

static void
flow_asks_about_the_fields_it_is_given(void **state)
{
	(void)state;
	assert_int_equal(bondctl("flow bond0 src=10.0.0.1 dst=10.0.0.2 proto=tcp sport=1 dport=2 "
				 "vlan=3 src_mac=02:00:00:00:00:01 dst_mac=02:00:00:00:00:02"),
			 0);
	assert_string_equal(out, "eth1: the active member carries every flow\n");
	assert_int_equal(bondctl("flow bond0"), 0);
	assert_int_equal(bondctl("-j flow bond0 dst=::1"), 0);
	assert_non_null(strstr(out, "{\"member\":\"eth1\",\"hash\":null,\"bucket\":null,"));
	assert_int_equal(bondctl("flow bond1 dst=10.0.0.1"), 0);
	assert_string_equal(out, "dropped: no member can send now\n");
	assert_int_equal(bondctl("flow bond0 dst=10.0.0.256"), 1);
	assert_string_equal(err,
			    "bondctl: flow.lookup: dst \"10.0.0.256\": must be an IPv4 or IPv6 "
			    "address\n");
	assert_int_equal(bondctl("flow bond0 port=1"), 1);
	assert_int_equal(bondctl("flow bond0 dport"), 2);
	assert_string_equal(err, "bondctl: flow: \"dport\" must be KEY=VALUE, like dport=80\nTry "
				 "'bondctl --help'.\n");
	assert_int_equal(bondctl("flow bond0 dst=::1 dst=::2"), 2);
	assert_int_equal(bondctl("flow bond0 bond=bond1"), 2);
	assert_int_equal(bondctl("flow"), 2);
}

static void
stats_prints_counters_once_or_again_and_again(void **state)
{
	(void)state;
	assert_int_equal(bondctl("stats"), 0);
	assert_non_null(strstr(out, "bond1"));
	assert_non_null(strstr(out, "    rx_inactive_member 7\n"));
	assert_int_equal(bondctl("stats bond1"), 0);
	assert_null(strstr(out, "bond0"));
	assert_int_equal(bondctl_until("stats --watch=0.1 bond0", "rx Mbit/s"), -SIGTERM);
	assert_int_equal(bondctl("stats --watch=never"), 2);
}

static void
events_prints_what_was_and_follows(void **state)
{
	(void)state;
	assert_int_equal(bondctl("events"), 0);
	assert_non_null(strstr(out, "Z bond0/eth1 "));
	eventlog_add(&dial_d->events, &dial_carrier_lost, 0);
	assert_int_equal(bondctl_until("events --follow", "carrier up -> down: no member is up\n"),
			 -SIGTERM);
	assert_int_equal(bondctl("-j events"), 0);
	assert_int_equal(out[0], '[');
}

static void
set_prints_what_changed(void **state)
{
	(void)state;
	assert_int_equal(bondctl("set bond0 miimon=50 bfd.local=10.0.0.1 bfd.remote=10.0.0.2 "
				 "arp_ip_target=10.0.0.8,10.0.0.9 primary=eth2"),
			 0);
	assert_string_equal(out, "miimon=50\narp_ip_target=10.0.0.8,10.0.0.9\nprimary=eth2\n"
				 "active_slave=eth2\nbfd.local=10.0.0.1\nbfd.remote=10.0.0.2\n");
	assert_int_equal(bondctl("set bond0/eth1 prio=9"), 0);
	assert_string_equal(out, "prio=9\n");
	assert_int_equal(bondctl("-j set bond0 updelay=50"), 0);
	assert_string_equal(out, "{\"updelay\":50}\n");
	assert_int_equal(bondctl("set bond0 miimon=often"), 1);
	assert_string_equal(err, "bondctl: bond0: miimon: \"often\" is not a whole number\n");
	assert_int_equal(bondctl("set bond0 miimon"), 2);
	assert_string_equal(err, "bondctl: set: \"miimon\" must be KEY=VALUE\nTry 'bondctl "
				 "--help'.\n");
	assert_int_equal(bondctl("set bond0 miimon=1 miimon=2"), 2);
}

static void
members_come_and_go(void **state)
{
	(void)state;
	assert_int_equal(bondctl("remove bond0 eth1"), 0);
	assert_string_equal(out, "");
	assert_int_equal(dial_d->bond[0]->core.n_members, 1);
	assert_int_equal(bondctl("add bond0 eth5"), 0);
	assert_string_equal(out, "");
	assert_string_equal(dial_d->bond[0]->member[0].port_name, "eth5");
	assert_int_equal(bondctl("add bond0 eth6 vdev=net_null0 prio=3"), 0);
	assert_int_equal(dial_d->bond[0]->core.n_members, 3);
	assert_int_equal(bondctl("add bond0 eth7 netdev=eth7 name=eth8"), 2);
	assert_string_equal(err, "bondctl: add: name is given twice: it is \"eth7\"\nTry 'bondctl "
				 "--help'.\n");
	assert_int_equal(bondctl("add bond0 eth7 netdev=missing"), 1);
	assert_string_equal(err, "bondctl: netdev missing does not exist\n");
	assert_int_equal(bondctl("config"), 0);
	assert_non_null(strstr(out, "\t\t\t\tname = \"eth6\";\n\t\t\t\tvdev = \"net_null0\";\n"));
	assert_null(strstr(out, "name = \"eth1\""));
}

static void
wrong_usage_is_two_and_no_daemon_is_one(void **state)
{
	(void)state;
	assert_int_equal(bondctl("lst"), 2);
	assert_string_equal(err, "bondctl: unknown command \"lst\"; did you mean \"list\"?\nTry "
				 "'bondctl --help'.\n");
	assert_int_equal(bondctl(""), 2);
	assert_int_equal(bondctl("activate bond0"), 2);
	assert_int_equal(bondctl("list bond0"), 2);
	assert_int_equal(bondctl("events --follow=3"), 2);
	assert_int_equal(bondctl("stats --wach"), 2);
	assert_non_null(strstr(err, "did you mean --watch?"));
	assert_int_equal(bondctl("-s /nowhere/at/all list"), 1);
	assert_string_equal(err, "bondctl: no daemon at /nowhere/at/all: there is no such socket; "
				 "start the daemon with \"dpdk-bondd -c FILE\", or name its socket "
				 "with -s\n");
	assert_int_equal(bondctl("--version"), 0);
	assert_string_equal(out, "bondctl " BONDD_VERSION "\n");
	assert_int_equal(bondctl("--help"), 0);
	assert_non_null(strstr(out, "  activate BOND MEMBER "));
	assert_non_null(strstr(out, "  lacp [BOND] "));
	assert_int_equal(bondctl("stats --help"), 0);
	assert_non_null(strstr(out, "--watch[=SECONDS]  "));
	assert_int_equal(bondctl("help"), 0);
	assert_non_null(strstr(out, "  activate BOND MEMBER "));
	assert_int_equal(bondctl("help stats"), 0);
	assert_non_null(strstr(out, "--watch[=SECONDS]  "));
	assert_int_equal(bondctl("help nothing"), 2);
	assert_int_equal(bondctl("remove bond0 eth\xff"), 2);
	assert_string_equal(err, "bondctl: \"eth\xff\" is not UTF-8\nTry 'bondctl --help'.\n");
}

static void
output_that_is_lost_is_a_failure(void **state)
{
	(void)state;
	out_file = "/dev/full";
	assert_int_equal(bondctl("list"), 1);
	assert_string_equal(err, "bondctl: standard output cannot be written\n");
	assert_int_equal(bondctl("list nothing"), 2);
	assert_int_equal(bondctl("events --follow"), 1);
	assert_string_equal(err, "bondctl: standard output cannot be written\n");
	out_file = NULL;
}

static void
a_full_daemon_says_so(void **state)
{
	int fd[API_CLIENTS_MAX];

	(void)state;
	for (int i = 0; i < API_CLIENTS_MAX; i++) {
		fd[i] = dial();
		dial_turn();
	}
	assert_int_equal(bondctl("list"), 1);
	assert_string_equal(
		err, "bondctl: there are as many connections as are allowed: try again later\n");
	for (int i = 0; i < API_CLIENTS_MAX; i++)
		close(fd[i]);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, dial_setup, dial_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(list_prints_names),
		TEST(show_prints_the_layout_of_linux),
		TEST(show_lists_the_clients_of_balance_alb),
		TEST(show_gives_the_systems_and_pdus_of_lacp_to_root_alone),
		TEST(lacp_explains_each_port),
		TEST(activate_acts_or_says_why_not),
		TEST(set_prints_what_changed),
		TEST(members_come_and_go),
		TEST(flow_asks_about_the_fields_it_is_given),
		TEST(stats_prints_counters_once_or_again_and_again),
		TEST(events_prints_what_was_and_follows),
		TEST(wrong_usage_is_two_and_no_daemon_is_one),
		TEST(output_that_is_lost_is_a_failure),
		TEST(a_full_daemon_says_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
