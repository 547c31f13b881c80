/* SPDX-License-Identifier: BSD-3-Clause */
/* identity_file.c - the identity of a bond as a JSON file that is replaced in one step. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <jansson.h>

#include "identity.h"
#include "mac_text.h"

#define PATH_SIZE 512

static bool
is_known(const struct identity *id, const char *name, int port)
{
	for (uint32_t i = 0; i < id->n; i++)
		if (id->member[i].port == port || strcmp(id->member[i].name, name) == 0)
			return true;
	return false;
}

static bool
parse_member(const json_t *o, struct identity *id)
{
	struct identity_member *m = &id->member[id->n];
	const char *name, *mac;
	int port;

	if (id->n == IDENTITY_MEMBERS ||
	    json_unpack((json_t *)(uintptr_t)o, "{s:s, s:s, s:i}", "name", &name, "mac", &mac,
			"port", &port) < 0 ||
	    strlen(name) == 0 || strlen(name) >= sizeof(m->name) || port < 1 || port > UINT16_MAX ||
	    is_known(id, name, port) || !mac_parse(mac, m->mac))
		return false;
	memcpy(m->name, name, strlen(name));
	m->port = (uint16_t)port;
	id->n++;
	return true;
}

static bool
parse(json_t *root, struct identity *id)
{
	const char *system;
	json_t *members, *o;
	size_t i;

	if (json_unpack(root, "{s:s, s:o}", "system", &system, "members", &members) < 0 ||
	    !mac_parse(system, id->system) || id->system[0] & 1 || !json_is_array(members))
		return false;
	json_array_foreach (members, i, o)
		if (!parse_member(o, id))
			return false;
	return true;
}

int
identity_read(const char *dir, const char *bond, struct identity *id)
{
	char path[PATH_SIZE];
	json_t *root;
	bool good;
	FILE *f;

	*id = (struct identity){0};
	snprintf(path, sizeof(path), "%s/%s.json", dir, bond);
	f = fopen(path, "re");
	if (f == NULL)
		return -errno;
	root = json_loadf(f, 0, NULL);
	fclose(f);
	good = root != NULL && parse(root, id);
	json_decref(root);
	if (good)
		return 0;
	*id = (struct identity){0};
	return -EINVAL;
}

static char *
text_of(const struct identity *id)
{
	json_t *members = json_array(), *root;
	char mac[MAC_TEXT_SIZE], *text;

	for (uint32_t i = 0; i < id->n; i++)
		json_array_append_new(members,
				      json_pack("{s:s, s:s, s:i}", "name", id->member[i].name,
						"mac", mac_text(id->member[i].mac, mac), "port",
						id->member[i].port));
	root = json_pack("{s:s, s:o}", "system", mac_text(id->system, mac), "members", members);
	text = root != NULL ? json_dumps(root, JSON_INDENT(1)) : NULL;
	json_decref(root);
	return text;
}

static int
write_all(FILE *f, const char *text)
{
	int rc = 0;

	if (fprintf(f, "%s\n", text) < 0 || fflush(f) != 0 || fsync(fileno(f)) < 0)
		rc = -errno;
	if (fclose(f) != 0 && rc == 0)
		rc = -errno;
	return rc;
}

int
identity_write(const char *dir, const char *bond, const struct identity *id)
{
	char path[PATH_SIZE], fresh[PATH_SIZE];
	char *text = text_of(id);
	FILE *f;
	int rc;

	if (text == NULL)
		return -ENOMEM;
	snprintf(path, sizeof(path), "%s/%s.json", dir, bond);
	snprintf(fresh, sizeof(fresh), "%s/.%s.json.new", dir, bond);
	mkdir(dir, 0755); /* if it cannot, the next line says why */
	f = fopen(fresh, "we");
	rc = f != NULL ? write_all(f, text) : -errno;
	free(text);
	if (rc == 0 && rename(fresh, path) < 0)
		rc = -errno;
	if (rc < 0 && f != NULL)
		unlink(fresh);
	return rc;
}
