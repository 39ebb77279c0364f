# Postgres for the tests, on any Debian: a cluster is inside already, with the user, password and database that
# testcontainers asks for, and nothing in it survives a power cut. Ready in a second; never for real data.
ARG BASE=debian:bookworm-slim
FROM ${BASE}

# LLVM is half of the image, and no test has a query that would be worth compiling.
RUN apt-get update \
    && apt-get install -y --no-install-recommends postgresql-common \
    && echo "create_main_cluster = false" > /etc/postgresql-common/createcluster.conf \
    && apt-get install -y --no-install-recommends postgresql \
    && rm -rf /usr/lib/*/libLLVM* /usr/lib/postgresql/*/lib/bitcode /var/lib/apt/lists/* /var/cache/apt/* \
    && ln -s /usr/lib/postgresql/*/bin/* /usr/local/bin/ \
    && install -d -o postgres -g postgres /var/lib/postgresql/data

USER postgres
ENV PGDATA=/var/lib/postgresql/data LC_ALL=C.UTF-8
RUN echo test > /tmp/password \
    && initdb --username=test --pwfile=/tmp/password --auth-local=trust --auth-host=scram-sha-256 --encoding=UTF8 --no-sync \
    && echo "host all all all scram-sha-256" >> $PGDATA/pg_hba.conf \
    && printf "%s\n" "listen_addresses = '*'" "fsync = off" "jit = off" >> $PGDATA/postgresql.conf \
    && echo "CREATE DATABASE test" | postgres --single -D $PGDATA postgres \
    && rm /tmp/password

EXPOSE 5432
STOPSIGNAL SIGINT
CMD ["postgres"]
