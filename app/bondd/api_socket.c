/* SPDX-License-Identifier: BSD-3-Clause */
/* api_socket.c - the listening socket: its directory, its rights, and who has the path already. */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "api_int.h"

#define BACKLOG    64
#define LOCK_TRIES 20
#define LOCK_GAP   10000000 /* ns between two of them */

/* Make every directory above path; dir is its parent. */
static int
make_parent(const char *path, char *dir, size_t size, struct conf_err *err)
{
	const char *slash = strrchr(path, '/');

	if (!slash || slash == path) {
		snprintf(dir, size, "%s", slash ? "/" : ".");
		return 0;
	}
	for (const char *c = strchr(path + 1, '/'); c; c = strchr(c + 1, '/')) {
		snprintf(dir, size, "%.*s", (int)(c - path), path);
		if (mkdir(dir, 0755) < 0 && errno != EEXIST)
			return conf_refuse(err, -errno, "%s: cannot make the directory %s: %s",
					   path, dir, strerror(errno));
	}
	return 0;
}

static int
stream_socket(void)
{
	const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	return fd < 0 ? -errno : fd;
}

/* Does someone listen at the address? */
static int
probe(const struct sockaddr_un *sun, struct conf_err *err)
{
	struct ucred peer = {0};
	socklen_t len = sizeof(peer);
	const int fd = stream_socket();
	int rc = 0;

	if (fd < 0)
		return conf_refuse(err, fd, "%s: %s", sun->sun_path, strerror(-fd));
	if (connect(fd, (const struct sockaddr *)sun, sizeof(*sun)) == 0) {
		getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len);
		rc = conf_refuse(err, -EADDRINUSE, "%s: in use by a running dpdk-bondd (pid %d)",
				 sun->sun_path, (int)peer.pid);
	} else if (errno == EAGAIN) { /* its queue of connections is full */
		rc = conf_refuse(err, -EADDRINUSE, "%s: in use by a running dpdk-bondd",
				 sun->sun_path);
	} else if (errno != ECONNREFUSED && errno != ENOENT) {
		rc = conf_refuse(err, -errno, "%s: cannot tell whether it is in use: %s",
				 sun->sun_path, strerror(errno));
	}
	close(fd);
	return rc;
}

/* Remove what a dead daemon left, and nothing else. */
static int
clear_path(const struct sockaddr_un *sun, struct conf_err *err)
{
	const char *path = sun->sun_path;
	struct stat st;
	int rc;

	if (lstat(path, &st) < 0)
		return errno == ENOENT ? 0
				       : conf_refuse(err, -errno, "%s: %s", path, strerror(errno));
	if (!S_ISSOCK(st.st_mode))
		return conf_refuse(err, -EEXIST, "%s: exists and is not a socket", path);
	rc = probe(sun, err);
	if (rc == 0 && unlink(path) < 0 && errno != ENOENT)
		rc = conf_refuse(err, -errno, "%s: cannot remove the socket of a dead daemon: %s",
				 path, strerror(errno));
	return rc;
}

static int
set_rights(const char *path, const struct conf_telemetry *conf, struct conf_err *err)
{
	const struct group *group = NULL;

	if (*conf->socket_group) {
		group = getgrnam(conf->socket_group);
		if (!group)
			return conf_refuse(err, -ENOENT,
					   "%s: socket_group: there is no group \"%s\"", path,
					   conf->socket_group);
		if (chown(path, (uid_t)-1, group->gr_gid) < 0)
			return conf_refuse(err, -errno, "%s: cannot give it to group %s: %s", path,
					   conf->socket_group, strerror(errno));
	}
	if (chmod(path, conf->socket_mode) < 0)
		return conf_refuse(err, -errno, "%s: cannot set its mode to %04o: %s", path,
				   (unsigned int)conf->socket_mode, strerror(errno));
	return 0;
}

/* Nobody can connect before listen(), so the rights are right for the first who does. */
static int
bind_and_listen(int fd, const struct sockaddr_un *sun, const struct conf_telemetry *conf,
		struct conf_err *err)
{
	int rc;

	if (bind(fd, (const struct sockaddr *)sun, sizeof(*sun)) < 0)
		return conf_refuse(err, -errno, "%s: cannot make the socket: %s", sun->sun_path,
				   strerror(errno));
	rc = set_rights(sun->sun_path, conf, err);
	if (rc == 0 && listen(fd, BACKLOG) < 0)
		rc = conf_refuse(err, -errno, "%s: cannot listen: %s", sun->sun_path,
				 strerror(errno));
	if (rc)
		unlink(sun->sun_path);
	return rc;
}

/*
 * Two daemons that start together must not both find the path free. They may well start together, each
 * with a socket of its own in one directory: it does not take long. @return descriptor, or -errno
 */
static int
lock_directory(const char *path, const char *dir, struct conf_err *err)
{
	const struct timespec moment = {.tv_nsec = LOCK_GAP};
	const int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return conf_refuse(err, -errno, "%s: %s: %s", path, dir, strerror(errno));
	for (int tries = 0; tries < LOCK_TRIES; tries++) {
		if (flock(fd, LOCK_EX | LOCK_NB) == 0)
			return fd;
		nanosleep(&moment, NULL);
	}
	close(fd);
	return conf_refuse(err, -EAGAIN, "%s: another program has locked %s", path, dir);
}

int
api_socket_listen(const char *path, const struct conf_telemetry *conf, struct conf_err *err)
{
	struct sockaddr_un sun = {.sun_family = AF_UNIX};
	char dir[sizeof(sun.sun_path)];
	int fd, lock, rc;

	if (strlen(path) >= sizeof(sun.sun_path))
		return conf_refuse(err, -ENAMETOOLONG, "%s: longer than %zu characters", path,
				   sizeof(sun.sun_path) - 1);
	memcpy(sun.sun_path, path, strlen(path));
	rc = make_parent(path, dir, sizeof(dir), err);
	if (rc)
		return rc;
	lock = lock_directory(path, dir, err);
	if (lock < 0)
		return lock;
	fd = stream_socket();
	rc = fd < 0 ? conf_refuse(err, fd, "%s: %s", path, strerror(-fd)) : clear_path(&sun, err);
	if (rc == 0)
		rc = bind_and_listen(fd, &sun, conf, err);
	close(lock); /* and unlock */
	if (rc && fd >= 0)
		close(fd);
	return rc ? rc : fd;
}
