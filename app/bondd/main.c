/* SPDX-License-Identifier: BSD-3-Clause */
/* main.c - starts the daemon's parts in order, stops them in reverse. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <rte_version.h>
#include <systemd/sd-daemon.h>

#include "api.h"
#include "bondd.h"
#include "control.h"
#include "eal.h"
#include "host_keep.h"
#include "log.h"
#include "options.h"
#include "pci.h"

static int
fail(const char *what)
{
	log_error("%s", what);
	return EXIT_FAILURE;
}

/*
 * Signals arrive by signalfd. The real-time ones belong to drivers (the tap driver announces frames
 * with one); all threads block them but the workers, which unblock them for themselves.
 */
static int
signals_open(void)
{
	sigset_t handled, blocked;

	sigemptyset(&handled);
	sigaddset(&handled, SIGTERM);
	sigaddset(&handled, SIGINT);
	sigaddset(&handled, SIGHUP);
	blocked = handled;
	for (int s = SIGRTMIN; s <= SIGRTMAX; s++)
		sigaddset(&blocked, s);
	sigprocmask(SIG_BLOCK, &blocked, NULL);
	signal(SIGPIPE, SIG_IGN);
	return signalfd(-1, &handled, SFD_CLOEXEC | SFD_NONBLOCK);
}

static void
on_signal(struct loop_source *source, uint32_t events)
{
	struct bondd *d = source->arg;
	struct signalfd_siginfo info;

	(void)events;
	if (read(source->fd, &info, sizeof(info)) != sizeof(info))
		return;
	if (info.ssi_signo == SIGHUP) {
		log_notice("SIGHUP: reloading is not available in this version: nothing changed");
		return;
	}
	log_notice("%s: stopping", strsignal(info.ssi_signo));
	d->stop = true;
}

static void
tell_ready(const struct bondd *d)
{
	unsigned int usable = 0, all = 0;

	for (uint32_t i = 0; i < d->n_bonds; i++) {
		all += d->bond[i]->core.n_members;
		usable += __builtin_popcount(d->bond[i]->view.tx);
	}
	sd_notifyf(0, "READY=1\nSTATUS=%u bond(s), %u of %u members can send", d->n_bonds, usable,
		   all);
	log_info("ready: %u bond(s), %u of %u members can send", d->n_bonds, usable, all);
}

/* With EAL up: the engine, the bonds, the loop; everything it began is ended when it returns. */
static int
run_engine(struct bondd *d, const struct eal *eal)
{
	const struct dp_conf conf = {.n_workers = eal->n_workers,
				     .lcore = eal->lcore,
				     .sleep = eal->sleep,
				     .n_mbufs = eal_mbufs(d->conf)};
	struct conf_err err;
	struct dp_err why;
	int status = EXIT_FAILURE;

	if (dp_init(&d->dp, &conf, &why) < 0)
		return fail(why.msg);
	if (control_start(d, &err) < 0) {
		log_error("%s", err.msg);
	} else if (dp_start(&d->dp) < 0) {
		log_error("a worker does not start");
		control_stop(d);
	} else {
		tell_ready(d);
		control_run(d);
		sd_notify(0, "STOPPING=1");
		control_stop(d);
		status = d->exit_status;
	}
	if (!d->haunted)
		dp_fini(&d->dp);
	return status;
}

/* NICs before DPDK, which looks at its start at what there is; and after it, as it has to let go. */
static int
run_dpdk(struct bondd *d, const struct options *o)
{
	struct conf_err err;
	struct eal eal;
	int status = EXIT_FAILURE;

	d->pci = pci_open(d->conf, eal_has_hugepages(d->conf));
	if (d->pci == NULL)
		return fail("no memory");
	if (pci_take_all(d->pci, &err) < 0) {
		log_error("%s", err.msg);
	} else {
		eal.pci = pci_any(d->pci);
		eal.physical = pci_physical(d->pci);
		if (eal_start(d->conf, o->eal_argv, &eal, &err) < 0) {
			log_error("%s", err.msg);
		} else {
			status = run_engine(d, &eal);
			eal_stop();
		}
	}
	pci_close(d->pci);
	return status;
}

static int
run(struct bondd *d, const struct options *o)
{
	struct loop_source signals = {.fd = signals_open(), .fn = on_signal, .arg = d};
	struct conf_err err;
	int status = EXIT_FAILURE;

	if (geteuid() != 0)
		return fail("must run as root: it takes over network interfaces (try sudo)");
	if (signals.fd < 0 || loop_init(&d->loop) < 0 || loop_add(&d->loop, &signals, EPOLLIN) < 0)
		return fail("no event loop: out of file descriptors?");
	eventlog_init(&d->events);
	d->started_at = loop_now();
	log_info("dpdk-bondd " BONDD_VERSION ", %s, configuration %s", rte_version(),
		 d->config_file);
	/* First the socket: a second daemon stops here, before it touches any interface. */
	if (api_open(&d->api, d, &err) < 0)
		log_error("%s", err.msg);
	else
		status = run_dpdk(d, o);
	api_close(d->api);
	loop_fini(&d->loop);
	close(signals.fd);
	return status;
}

static void
say(const char *sentence)
{
	puts(sentence);
}

static int
release(void)
{
	struct conf_err err;
	int n, kept;

	if (geteuid() != 0)
		return fail("must run as root: it gives back network interfaces (try sudo)");
	n = pci_release_stale(say, &err);
	kept = n < 0 ? n : host_keep_release(say, &err);
	if (kept < 0)
		return fail(err.msg);
	if (n + kept == 0)
		puts("there is nothing to give back");
	return EXIT_SUCCESS;
}

static enum log_level
log_level_of(const struct conf *conf, unsigned int verbose)
{
	const unsigned int level = conf->log.level + verbose;

	return level < LOG_LEVEL_DEBUG ? (enum log_level)level : LOG_LEVEL_DEBUG;
}

static int
with_configuration(const struct options *o)
{
	static struct bondd d; /* large, and one a process */
	struct conf_cores machine;
	struct conf_err err;
	struct conf *conf;
	int status = EXIT_SUCCESS;

	conf_cores_of_machine(&machine);
	if (conf_load(o->config, &machine, &conf, &err) < 0) {
		fprintf(stderr, "%s\n", err.msg);
		return OPTIONS_EXIT_USAGE;
	}
	fputs(conf->warnings, stderr);
	log_set_level(log_level_of(conf, o->verbose));
	d.conf = conf;
	d.config_file = o->config;
	d.socket_path = o->socket != NULL ? o->socket : conf->telemetry.socket;
	d.link_event_fd = -1;
	if (o->action == OPTIONS_PRINT_CONFIG)
		conf_print(conf, stdout);
	else if (o->action == OPTIONS_RUN)
		status = run(&d, o);
	conf_free(conf);
	return status;
}

int
main(int argc, char **argv)
{
	struct conf_err err;
	struct options o;

	if (options_parse(argc, argv, &o, &err) < 0) {
		fprintf(stderr, "dpdk-bondd: %s\n" OPTIONS_HINT "\n", err.msg);
		return OPTIONS_EXIT_USAGE;
	}
	switch (o.action) {
	case OPTIONS_HELP:
		options_usage(stdout);
		return EXIT_SUCCESS;
	case OPTIONS_VERSION:
		printf("dpdk-bondd " BONDD_VERSION " (%s)\n", rte_version());
		return EXIT_SUCCESS;
	case OPTIONS_PRINT_DOC:
		conf_print_doc(stdout);
		return EXIT_SUCCESS;
	case OPTIONS_PRINT_API_DOC:
		api_print_doc(stdout);
		return EXIT_SUCCESS;
	case OPTIONS_RELEASE:
		return release();
	default:
		return with_configuration(&o);
	}
}
