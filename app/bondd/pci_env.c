/* SPDX-License-Identifier: BSD-3-Clause */
/* pci_env.c - the real machine: how its kernel is told something, and where records are. */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "pci_private.h"

static int
write_text(const struct pci_env *env, const char *path, const char *text)
{
	const int fd = open(path, O_WRONLY | O_CLOEXEC);
	int rc = 0;

	(void)env;
	if (fd < 0)
		return -errno;
	if (write(fd, text, strlen(text)) < 0)
		rc = -errno;
	close(fd);
	return rc;
}

static int
modprobe(const struct pci_env *env, const char *module)
{
	static char program[] = "modprobe", quiet[] = "-q", end[] = "--";
	static char path[] = "PATH=/usr/sbin:/usr/bin:/sbin:/bin";
	char name[PCI_DRIVER_SIZE], *const argv[] = {program, quiet, end, name, NULL};
	char *const envp[] = {path, NULL};
	int status;
	pid_t pid;

	(void)env;
	strncpy(name, module, sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	if (posix_spawnp(&pid, program, NULL, NULL, argv, envp) != 0)
		return -ENOENT;
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -ENOENT;
}

static void
nap(const struct pci_env *env, unsigned int ms)
{
	const struct timespec t = {.tv_sec = ms / 1000, .tv_nsec = (long)(ms % 1000) * 1000000};

	(void)env;
	nanosleep(&t, NULL);
}

int
pci_env_open(struct pci_env *env)
{
	static const struct kernel_hooks none;
	struct kernel *kernel = NULL;
	int rc = kernel_open(&kernel, &none);

	*env = (struct pci_env){.sys = "/sys",
				.proc = "/proc",
				.run = "/run/dpdk-bondd",
				.write = write_text,
				.modprobe = modprobe,
				.nap = nap,
				.look = pci_users_look,
				.users = pci_users_find,
				.restore = pci_users_restore,
				.ctx = kernel};
	return rc;
}

void
pci_env_close(struct pci_env *env)
{
	kernel_close(env->ctx);
	env->ctx = NULL;
}
