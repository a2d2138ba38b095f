import type { PortProtocol } from '../../manifest/kinds.ts'

type Ports = readonly (readonly [port: number, protocol: PortProtocol])[]
const tcp = (...ports: readonly number[]): Ports => ports.map((port) => [port, 'TCP'])

/**
 * What well-known images listen on out of the box, by the last part of their name: the EXPOSE lines and default
 * configurations of their published Dockerfiles. Asked only where a container declares no port.
 */
export const IMAGE_PORTS: Readonly<Record<string, Ports>> = {
  nginx: tcp(80),
  'nginx-unprivileged': tcp(8080),
  httpd: tcp(80),
  caddy: tcp(80),
  haproxy: [],
  traefik: tcp(80),
  apache: tcp(80),
  tomcat: tcp(8080),
  wordpress: tcp(80),
  ghost: tcp(2368),
  whoami: tcp(80),
  'http-echo': tcp(5678),
  'hello-app': tcp(8080),
  'hello-kubernetes': tcp(8080),
  hostname: tcp(9376),
  serve_hostname: tcp(9376),
  echoserver: tcp(8080),
  'echo-server': tcp(80),
  'hello-node': tcp(8080),
  podinfo: [
    [9898, 'TCP'],
    [9999, 'TCP'],
  ],
  httpbin: tcp(80),
  'go-httpbin': tcp(8080),
  redis: tcp(6379),
  valkey: tcp(6379),
  memcached: tcp(11211),
  postgres: tcp(5432),
  mysql: tcp(3306),
  mariadb: tcp(3306),
  mongo: tcp(27017),
  rabbitmq: tcp(5672),
  nats: tcp(4222),
  zookeeper: tcp(2181),
  elasticsearch: tcp(9200, 9300),
  kibana: tcp(5601),
  grafana: tcp(3000),
  prometheus: tcp(9090),
  'node-exporter': tcp(9100),
  registry: tcp(5000),
  minio: [],
  consul: tcp(8500),
  vault: tcp(8200),
  coredns: [
    [53, 'UDP'],
    [53, 'TCP'],
    [9153, 'TCP'],
  ],
}

/** Images built on Alpine whose tag does not say so. */
const ON_ALPINE: ReadonlySet<string> = new Set(['alpine', 'netshoot', 'curl', 'agnhost', 'network-multitool'])

/**
 * The C library that an image's programs resolve names with: musl where the tag says alpine or musl, or the image is known for it; else
 * glibc. Programs that bring their own resolver (Go without cgo, Java) are not told apart.
 */
export const libraryOf = (image: string): 'glibc' | 'musl' =>
  ON_ALPINE.has(imageName(image)) || /[:-](alpine|musl)/.test(image.slice(image.lastIndexOf('/') + 1)) ? 'musl' : 'glibc'

/** `docker.io/library/nginx:1.27@sha256:…` → `nginx`. */
export function imageName(image: string): string {
  const path = image.replace(/@.*$/, '')
  const last = path.slice(path.lastIndexOf('/') + 1)
  return last.replace(/:.*$/, '')
}
