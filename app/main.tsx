// Placeholder until the page is written: enough for the build and the smoke test.
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'

const root = document.getElementById('root')
if (root === null) throw new Error('index.html has no #root')
createRoot(root).render(
  <StrictMode>
    <h1>Packetwalk</h1>
  </StrictMode>,
)
