import { expect, type Page, test } from 'playwright/test'
import { drop, lab, open, openText, outcome, quiet, replaceInEditor, watch } from './visitor.ts'

/** The longest name that Kubernetes takes, in its four parts. */
const long = [...['a', 'b', 'c'].map((c) => c.repeat(63)), 'd'.repeat(61)].join('.')

const hostile = `apiVersion: v1
kind: Pod
metadata:
  name: ${long}
  labels: {app: web}
  annotations: {note: "<img src=x onerror=document.title='owned'>", turned: "\u202Eevil\u2066"}
spec:
  containers: [{name: c, image: "<script>document.title='owned'</script>", ports: [{containerPort: 8080}]}]
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  selector: {app: web}
  ports: [{port: 80, targetPort: 8080}]
---
apiVersion: v1
kind: Pod
metadata: {name: caller}
spec:
  containers: [{name: c, image: curlimages/curl:8.10.1}]
---
apiVersion: packetwalk.dev/v1alpha1
kind: Lab
metadata: {name: l}
spec:
  pods: [{name: "default/${long}", listen: [8080], answers: "<img src=x onerror=document.title='owned'>"}]
  probes: [{from: default/caller, to: "http://web/"}]
`

/** Nothing of it became an element, nothing ran, and nothing stands over the edge of the screen. */
const isHarmless = async (page: Page): Promise<void> => {
  await expect(page.locator('#root :is(img, script, iframe)')).toHaveCount(0)
  await expect(page).not.toHaveTitle(/owned/)
  const over = () =>
    [document.documentElement, ...document.querySelectorAll('.side-body, .editor-foot, .notices, .probe-bar')]
      .filter((e) => e.scrollWidth > e.clientWidth + 1)
      .map((e) => e.className)
  expect(await page.evaluate(over)).toEqual([])
}

test('hostile names and a name of 253 characters: text, nothing else, and a walk @heavy', async ({ page }) => {
  test.slow()
  const { complaints, strangers } = watch(page)
  page.on('dialog', (dialog) => complaints.push(dialog.message()))
  await open(page, { hash: lab('nodeport') })
  await drop(page, [{ name: '\u202Elmay.<img src=x onerror=alert(1)>.yaml', text: hostile }])
  await quiet(page)
  await expect(outcome(page)).toHaveText('200 OK')
  await page.keyboard.press('End')
  await quiet(page)
  await expect(page.locator('.side-body')).toContainText('<img src=x onerror')
  await expect(page.locator('.step-list, .side-body').first()).toContainText('aaaa')
  await isHarmless(page)
  for (const tab of ['Packet', 'Node', 'Line', 'All steps']) {
    await page.getByRole('tab', { name: tab }).click()
    await quiet(page)
    await isHarmless(page)
  }
  await page.keyboard.press('ControlOrMeta+k')
  await expect(page.getByRole('dialog', { name: 'Commands' })).toBeVisible()
  await isHarmless(page)
  await page.keyboard.press('Escape')
  await page.setViewportSize({ width: 390, height: 844 })
  await quiet(page)
  await isHarmless(page)
  expect(complaints).toEqual([])
  expect(strangers).toEqual([])
})

test('a name that no API server takes is an error in words: markup as text, turned writing made visible', async ({ page }) => {
  await open(page, { hash: lab('nodeport') })
  const bad = hostile
    .replace('name: web}', 'name: "<img src=x onerror=alert(1)>"}')
    .replace('selector: {app: web}', 'selector: {app: "\u202Eweb"}')
  await drop(page, [{ name: 'a.yaml', text: bad }])
  await quiet(page)
  const problems = page.locator('.editor-foot .problems')
  await expect(problems).toContainText('Invalid value: "<img src=x onerror=alert(1)>": a DNS-1035 label must consist of lower case')
  await expect(problems).toContainText('"[U+202E]web"')
  await expect(page.locator('.editor-foot')).toContainText('last lab that had none')
  await isHarmless(page)
  await page.locator('.notices').getByRole('button', { name: 'Undo' }).click()
  await quiet(page)
  await expect(outcome(page)).toHaveText('200 OK')
})

test('in Chinese too: a newer link, bytes, a picture with a turned name; nothing is lost', async ({ page }) => {
  await open(page, { search: 'still&lang=zh', hash: 'v=9&lab=nodeport' })
  await expect(page.getByText('这个链接出自更新版本的 Packetwalk')).toBeVisible()
  await expect(outcome(page)).toHaveText('200 OK')
  const before = await openText(page)
  await drop(page, [{ name: 'a.yaml', text: 'kind: \u0000' }])
  await expect(page.getByText('a.yaml 不是文本，没有打开。一切照旧。')).toBeVisible()
  await drop(page, [{ name: '\u202Egnp.photo.png', text: 'x' }])
  await expect(page.getByText('[U+202E]gnp.photo.png：')).toBeVisible()
  await drop(page, [{ name: 'huge.yaml', text: '', size: 80_000_000 }])
  await expect(page.getByText(/文本太大（80 MB）|5 MB/)).toBeVisible()
  expect(await openText(page)).toBe(before)
  await expect(outcome(page)).toHaveText('200 OK')
})

test('a browser that forbids all storage: the page works, and says once that it keeps nothing', async ({ page }) => {
  await page.addInitScript(() => {
    for (const name of ['localStorage', 'sessionStorage'])
      Object.defineProperty(window, name, {
        get: () => {
          throw new DOMException('denied', 'SecurityError')
        },
      })
  })
  const { complaints } = watch(page)
  await open(page, { hash: lab('clusterip-same-node') })
  await expect(outcome(page)).toHaveText('200 OK')
  await page.getByRole('button', { name: '简体中文' }).click()
  await page.getByRole('button', { name: /^实验：/ }).click()
  await page.getByRole('dialog', { name: '实验' }).getByRole('button', { name: '保存' }).click()
  await page.keyboard.press('Escape')
  await expect(page.getByText('浏览器不再替页面保存内容（已满或被禁止）')).toBeVisible()
  await expect(outcome(page)).toHaveText('200 OK')
  expect(complaints).toEqual([])
})

const policy = (rule: string): string =>
  `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: wrong}\nspec:\n  podSelector: {}\n  ingress:\n  - ${rule}\n`
const pool = (name: string, cidr: string): string =>
  `apiVersion: crd.projectcalico.org/v1\nkind: IPPool\nmetadata: {name: ${name}}\nspec: {cidr: ${cidr}, vxlanMode: Always}\n`
const conf = `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: kube-flannel-cfg, namespace: kube-flannel}\ndata:\n  net-conf.json: '{"Network":"10.244.0.0/16","Backend":{"Type":"vxlan"}}'\n`

/** What a visitor may paste about CNIs and policies; the line of the added text, what the page says in both languages, and whether it is an error. */
const wrong: readonly (readonly [what: string, text: string, line: number, en: string, zh: string, severity: 'error' | 'warning'])[] = [
  ['pools that overlap', `${pool('a', '10.244.0.0/16')}---\n${pool('b', '10.244.128.0/17')}`, 9, 'spec.cidr error with field IPPool.Spec.CIDR', 'overlaps with IPPool(a)', 'error'],
  ['a Pod network smaller than a node’s part', 'apiVersion: kubeadm.k8s.io/v1beta3\nkind: ClusterConfiguration\nnetworking:\n  podSubnet: 10.244.0.0/26\n', 4, 'networking.podSubnet the Pod subnet 10.244.0.0/26 is too small', 'Pod 网段 10.244.0.0/26 太小', 'error'],
  ['two CNIs at once', `${conf}---\n${pool('a', '10.244.0.0/16')}`, 5, '10-calico.conflist comes before 10-flannel.conflist', '10-calico.conflist 按文件名排在 10-flannel.conflist 之前', 'warning'],
  ['a bad CIDR', policy('from: [{ipBlock: {cidr: 10.0.0.300/24}}]'), 7, 'spec.ingress[0].from[0].ipBlock.cidr Invalid value: "10.0.0.300/24"', 'must be a valid CIDR value', 'error'],
  ['except outside the block', policy('from: [{ipBlock: {cidr: 10.0.0.0/24, except: [10.0.1.0/28]}}]'), 7, 'except[0] Invalid value: "10.0.1.0/28": must be a strict subset', 'must be a strict subset', 'error'],
  ['a port’s name that no container has', policy('ports: [{port: htpp}]'), 7, 'spec.ingress[0].ports[0].port no container of these Pods has a TCP port named htpp', '容器都没有名为 htpp 的 TCP 端口', 'warning'],
  ['endPort below port', policy('ports: [{port: 8080, endPort: 8000}]'), 7, 'endPort Invalid value: 8000: must be greater than or equal to `port`', 'must be greater than or equal to', 'error'],
] // biome-ignore format: a line each

for (const [what, text, line, en, zh, severity] of wrong) {
  test(`pasted into the editor: ${what} @heavy`, async ({ page }) => {
    test.slow()
    const { complaints } = watch(page)
    await open(page, { hash: lab('nodeport') })
    const lines = (await openText(page)).split('\n').length
    await replaceInEditor(page, (old) => `${old}---\n${text}`)
    const foot = page.locator('.editor-foot')
    const told = foot.locator('.problems li', { hasText: en })
    await expect(told).toContainText(`manifests.yaml:${lines + line}:`)
    const keeps = (words: string) => (severity === 'error' ? expect(foot).toContainText(words) : expect(foot).not.toContainText(words))
    await keeps('last lab that had none')
    await expect(outcome(page)).toHaveText('200 OK')
    await page.getByRole('button', { name: '简体中文' }).click()
    await quiet(page)
    await expect(foot.locator('.problems li', { hasText: zh }).first()).toContainText(`manifests.yaml:${lines + line}:`)
    await isHarmless(page)
    expect(complaints).toEqual([])
  })
}
