/* SPDX-License-Identifier: BSD-3-Clause */
/* main.c - bondctl: understands its command line, runs one command. */
#include <string.h>

#include "bondctl.h"
#include "conf_field.h"

#define HINT "Try 'bondctl --help'."

static void
print_help(const struct ctl_command *only)
{
	char left[60];

	printf("usage: bondctl [-s SOCKET] [-j] %s %s\n\n", only ? only->name : "COMMAND",
	       only ? only->args : "[ARGUMENTS]");
	for (const struct ctl_command *c = ctl_commands; c->name; c++) {
		if (only && only != c)
			continue;
		snprintf(left, sizeof(left), "%s %s", c->name, c->args);
		printf("  %-34s %s\n", left, c->doc);
		for (const struct ctl_flag *f = c->flags; only && f && f->name; f++) {
			snprintf(left, sizeof(left), "--%s%s%s%s", f->name, f->value ? "[=" : "",
				 f->value ? f->value : "", f->value ? "]" : "");
			printf("    %-32s %s\n", left, f->doc);
		}
	}
	printf("\n  %-34s the daemon's socket (" CTL_SOCKET ")\n", "-s, --socket SOCKET");
	printf("  %-34s print the answer of the daemon as JSON\n", "-j, --json");
	printf("  %-34s print this, or what a command takes\n", "-h, --help, help [COMMAND]");
	printf("  %-34s print the version\n", "-V, --version");
	printf("\nExit status: 0, 1: refused or no daemon, 2: wrong usage.\n");
}

static const struct ctl_command *
find_command(struct ctl *ctl, const char *name)
{
	struct conf_guess guess = conf_guess_begin(name);

	for (const struct ctl_command *c = ctl_commands; c->name; c++) {
		if (strcmp(c->name, name) == 0)
			return c;
		conf_guess_try(&guess, c->name);
	}
	if (guess.best)
		ctl_error(ctl, CTL_USAGE, "unknown command \"%.60s\"; did you mean \"%s\"?", name,
			  guess.best);
	else
		ctl_error(ctl, CTL_USAGE, "unknown command \"%.60s\"", name);
	return NULL;
}

/* "--name" or "--name=value" of a command. */
static int
take_flag(struct ctl *ctl, const struct ctl_command *c, const char *word, struct ctl_args *args)
{
	const size_t len = strcspn(word, "=");
	struct conf_guess guess = conf_guess_begin(word);

	for (int i = 0; c && c->flags && c->flags[i].name; i++) {
		const struct ctl_flag *f = &c->flags[i];

		if (strlen(f->name) == len && strncmp(word, f->name, len) == 0) {
			if (word[len] && !f->value)
				return ctl_error(ctl, CTL_USAGE, "--%s takes no value", f->name);
			args->flag[i] = word[len] ? word + len + 1 : "";
			return CTL_OK;
		}
		conf_guess_try(&guess, f->name);
	}
	if (guess.best)
		return ctl_error(ctl, CTL_USAGE, "unknown option --%.60s; did you mean --%s?", word,
				 guess.best);
	return ctl_error(ctl, CTL_USAGE, "unknown option --%.60s%s%s", word, c ? " of " : "",
			 c ? c->name : "");
}

struct line {
	const struct ctl_command *command;
	bool help, version;
	struct ctl_args args;
};

/* Options of bondctl itself. @return how many words it took, 0: it is none, -1: ctl->error */
static int
take_option(struct ctl *ctl, struct line *l, char **word)
{
	if (strcmp(*word, "-j") == 0 || strcmp(*word, "--json") == 0) {
		ctl->json = true;
	} else if (strcmp(*word, "-h") == 0 || strcmp(*word, "--help") == 0) {
		l->help = true;
	} else if (strcmp(*word, "-V") == 0 || strcmp(*word, "--version") == 0) {
		l->version = true;
	} else if (strncmp(*word, "--socket=", 9) == 0) {
		ctl->socket = *word + 9;
	} else if (strcmp(*word, "-s") == 0 || strcmp(*word, "--socket") == 0) {
		if (!word[1])
			return ctl_error(ctl, -1, "%s needs the path of a socket", *word);
		ctl->socket = word[1];
		return 2;
	} else {
		return 0;
	}
	return 1;
}

/* JSON has nothing else. */
static bool
is_utf8(const char *word)
{
	json_t *text = json_string(word);

	json_decref(text);
	return text;
}

static int
take_word(struct ctl *ctl, struct line *l, const char *word)
{
	if (!is_utf8(word))
		return ctl_error(ctl, CTL_USAGE, "\"%.60s\" is not UTF-8", word);
	if (strncmp(word, "--", 2) == 0)
		return take_flag(ctl, l->command, word + 2, &l->args);
	if (*word == '-')
		return ctl_error(ctl, CTL_USAGE, "unknown option %.60s", word);
	if (!l->command && strcmp(word, "help") == 0) {
		l->help = true; /* "bondctl help set" as well */
		return CTL_OK;
	}
	if (!l->command) {
		l->command = find_command(ctl, word);
		return l->command ? CTL_OK : CTL_USAGE;
	}
	if (l->args.n == l->command->max_args)
		return ctl_error(ctl, CTL_USAGE,
				 "%s: \"%.60s\" is one argument too many; usage: %s %s",
				 l->command->name, word, l->command->name, l->command->args);
	l->args.arg[l->args.n++] = word;
	return CTL_OK;
}

static int
parse(struct ctl *ctl, struct line *l, char **word)
{
	int taken, rc;

	for (; *word; word += taken ? taken : 1) {
		taken = take_option(ctl, l, word);
		if (taken < 0)
			return CTL_USAGE;
		rc = taken ? CTL_OK : take_word(ctl, l, *word);
		if (rc)
			return rc;
	}
	if (l->help || l->version)
		return CTL_OK;
	if (!l->command)
		return ctl_error(ctl, CTL_USAGE, "no command given");
	if (l->args.n < l->command->min_args)
		return ctl_error(ctl, CTL_USAGE, "%s: too few arguments; usage: %s %s",
				 l->command->name, l->command->name, l->command->args);
	return CTL_OK;
}

static int
run(struct ctl *ctl, const struct line *l)
{
	if (l->help)
		print_help(l->command);
	else if (l->version)
		printf("bondctl %s\n", BONDD_VERSION);
	else
		return l->command->run(ctl, &l->args);
	return CTL_OK;
}

int
main(int argc, char **argv)
{
	struct ctl ctl = {.socket = CTL_SOCKET};
	struct line line = {0};
	int rc;

	(void)argc;
	rc = parse(&ctl, &line, argv + 1);
	if (rc == CTL_OK)
		rc = run(&ctl, &line);
	ctl_close(&ctl);
	if ((fflush(stdout) || ferror(stdout)) && (rc == CTL_OK || !*ctl.error))
		rc = ctl_error(&ctl, CTL_FAIL, "standard output cannot be written");
	if (rc)
		fprintf(stderr, "bondctl: %s%s\n", ctl.error, rc == CTL_USAGE ? "\n" HINT : "");
	return rc;
}
