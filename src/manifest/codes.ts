/**
 * Codes of the problems that this room finds. words/problems/manifest.ts has a sentence for each in every language
 * (the compiler demands it); params in braces.
 */
export type ManifestCode =
  /** {text}: what an API server (or another real program) prints, word for word. */
  | 'api'
  /** {text}: the YAML library's own words, for mistakes without a sentence of their own. */
  | 'yaml'
  | 'yaml-tab'
  /** {quote} */
  | 'yaml-quote'
  /** {open} {bracket} */
  | 'yaml-bracket'
  | 'yaml-indent'
  | 'yaml-two-colons'
  | 'yaml-no-colon'
  /** {char} */
  | 'yaml-reserved'
  | 'yaml-template'
  /** {char}: `U+0000` */
  | 'yaml-control'
  /** {key} */
  | 'yaml-duplicate-key'
  | 'yaml-key-type'
  /** {name} */
  | 'yaml-alias'
  /** {limit} */
  | 'yaml-aliases'
  /** {limit} */
  | 'yaml-depth'
  /** {size} {limit}, both in MB */
  | 'too-large'
  /** {found} */
  | 'not-object'
  | 'no-kind'
  | 'no-api-version'
  /** {kind} {apiVersion} {want} */
  | 'api-version'
  /** {kind} {apiVersion} {want} {name} {namespace} {file}: what kubectl prints of a version that the server had once. */
  | 'api-removed'
  /** {kind} {near} */
  | 'kind-misspelt'
  /** {kind} */
  | 'kind-not-modelled'
  /** {object} {file} {line}: where the first stands */
  | 'duplicate-object'
  /** {found}, in all of type-… */
  | 'type-text'
  | 'type-quote'
  | 'type-int'
  | 'type-unquote'
  | 'type-bool'
  | 'type-list'
  | 'type-map'
  | 'type-int-or-text'
  /** {field} */
  | 'unknown-field'
  /** {field} {near} */
  | 'unknown-field-near'
  | 'required'
  /** {value} {values} */
  | 'one-of'
  /** {value} {min} {max} */
  | 'range'
  /** {value} */
  | 'not-ip'
  /** {value} */
  | 'not-cidr'
  /** {value} */
  | 'not-listen'
  /** {value} */
  | 'not-pod-name'
  /** {field} */
  | 'not-modelled'
  /** {field} {version} */
  | 'newer-field'
  /** {value} {version} */
  | 'newer-value'
  /** {version} */
  | 'lab-version'
  /** {words}: of which a step of the timeline has exactly one */
  | 'timeline-step'
  /** {object} */
  | 'edit-no-object'
  /** {object} {field} */
  | 'edit-no-place'
